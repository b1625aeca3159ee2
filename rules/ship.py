"""Development command: validate `parameters.yaml` and write what is kept of it for a fast start."""

from __future__ import annotations

import sys

from rules.canonical import to_json
from rules.parameter_file import read_parameters
from rules.parameters import KEPT, SHIPPED, as_kept


def main() -> int:
    """Write `parameters.json`; run after every change of `parameters.yaml`."""
    data = SHIPPED.read_bytes()
    parameters = read_parameters(SHIPPED)
    KEPT.write_text(to_json(as_kept(parameters, data), indent=0) + "\n", encoding="utf-8")
    print(f"{len(parameters)} parameters", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
