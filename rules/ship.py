"""Development command: validate `parameters.yaml`, and write what is kept of it and of the holiday calendar for a fast start."""

from __future__ import annotations

import json
import sys

from rules.canonical import to_json
from rules.parameter_file import read_parameters
from rules.parameters import KEPT, SHIPPED, as_kept
from rules.vix.expiries import FIRST_YEAR, KEPT_CLOSURES, LAST_YEAR


def scheduled_closures() -> list[str]:
    """Weekday closures of the New York Stock Exchange by the holidays library, ISO dates in order, a year beyond the calendar's ends."""
    try:
        from holidays.financial.ny_stock_exchange import NewYorkStockExchange
    except ModuleNotFoundError:
        sys.exit('the holidays library is missing: pip install -e ".[test]" in this folder')

    days = NewYorkStockExchange(years=range(FIRST_YEAR - 1, LAST_YEAR + 2))  # type: ignore[no-untyped-call]
    return [day.isoformat() for day in sorted(days) if day.weekday() < 5]


def main() -> int:
    """Write `parameters.json` and `closures.json`; run after every change of `parameters.yaml` or of the holidays library."""
    data = SHIPPED.read_bytes()
    parameters = read_parameters(SHIPPED)
    KEPT.write_text(to_json(as_kept(parameters, data), indent=0) + "\n", encoding="utf-8")
    closures = scheduled_closures()
    KEPT_CLOSURES.write_text(json.dumps(closures, indent=0) + "\n", encoding="utf-8")
    print(f"{len(parameters)} parameters, {len(closures)} closures", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
