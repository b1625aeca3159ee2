"""Development command: encode the example questions and write `assistant/vectors`."""

from __future__ import annotations

import json
import sys

from assistant.utterances import HERE, KEPT, checksum, parse_examples
from knowledge.encoding.model import model_folder
from knowledge.encoding.quick import QuickEncoder
from knowledge.shipped import ShippedVectors


def main() -> int:
    """Write the vectors; run after every change of `utterances.yaml`."""
    data = (HERE / "utterances.yaml").read_bytes()
    found = parse_examples(data)
    texts = [text for _, text in found]
    new = ShippedVectors(HERE / "vectors").write(texts, QuickEncoder(model_folder()))
    kept = {"checksum": checksum(data), "labels": [label for label, _ in found]}
    (HERE / "vectors" / KEPT).write_text(json.dumps(kept, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(texts)} texts, {new} newly encoded", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
