"""Development command: encode every shipped text that has no vector yet and write `knowledge/vectors`."""

from __future__ import annotations

import sys

from knowledge.encoding.model import model_folder
from knowledge.encoding.quick import QuickEncoder
from knowledge.shipped import HERE, ShippedVectors, load_shipped


def main() -> int:
    """Write the vectors; run after every change of an article, the glossary or the silences."""
    texts = load_shipped().texts()
    new = ShippedVectors(HERE / "vectors").write(texts, QuickEncoder(model_folder()))
    print(f"{len(texts)} texts, {new} newly encoded", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
