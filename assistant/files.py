"""Files that a question names: `@book.json` is the portfolio, `@curve.csv` the futures curve."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.patterns import Pattern
from rules.errors import RulesError

MOST_BYTES = 1_000_000
_NAMED = Pattern(r"@(?P<name>\"[^\"]+\"|[^\s,;?!]+\.(?:json|csv))\b", re.IGNORECASE)
_PORTFOLIO = frozenset({"condors", "holdings", "account"})
_PLAN = frozenset({"portfolio", "market", "signals", "as_of", "planned_hedge_vega_usd", "planned_on", "financing"})
_PRICES = ("price_index_points", "price", "settle", "close", "last")


def without_files(question: str) -> tuple[str, list[str]]:
    """The question with the names of its files blanked out, and the names."""
    names = [match["name"].strip('"') for match in _NAMED.finditer(question)]
    return _NAMED.sub(lambda match: " " * len(match.group()), question), names


def load(names: list[str]) -> dict[str, Any]:
    """What the files hold, by fact: `portfolio`, `condor`, `curve`, and as `plan` what else the input of a plan names. Raises AssistantError for a file that cannot be used."""
    found: dict[str, Any] = {}
    for name in names:
        text = _text(name)
        found |= _curve(name, text) if name.lower().endswith(".csv") else _json(name, text)
    return found


def _text(name: str) -> str:
    from rules.files import bytes_of

    try:
        return bytes_of(str(Path(name).expanduser().absolute()), MOST_BYTES).decode("utf-8-sig")
    except RulesError as error:
        raise AssistantError(f"@{name}", error.problem, "name a readable text file, with its folder where it is not the current one") from error
    except UnicodeDecodeError as error:
        raise AssistantError(f"@{name}", "cannot be read (not UTF-8 text)", "save it as UTF-8") from error


def _json(name: str, text: str) -> dict[str, Any]:
    from rules.json_input import parse_json

    raw = parse_json(text, f"@{name}")
    if not isinstance(raw, Mapping) or not raw:
        raise AssistantError(f"@{name}", "holds no JSON object", "give a portfolio: condors, holdings, account")
    unknown = sorted(set(raw) - _PORTFOLIO - _PLAN)
    if unknown:
        raise AssistantError(
            f"@{name}", f"holds {unknown[0]!r}, which is not known", "give a portfolio (condors, holdings, account), or the input of plan-hedge"
        )
    portfolio = dict(raw) if set(raw) <= _PORTFOLIO else raw.get("portfolio")
    plan = {key: value for key, value in raw.items() if key in _PLAN and key != "portfolio"}
    found: dict[str, Any] = {} if portfolio is None else {"portfolio": portfolio}
    condors = portfolio.get("condors") if isinstance(portfolio, Mapping) else None
    if isinstance(condors, list) and len(condors) == 1 and isinstance(condors[0], Mapping):
        found["condor"] = dict(condors[0])
    return found | ({"plan": plan} if plan else {})


def _curve(name: str, text: str) -> dict[str, Any]:
    """Rows of expiry and price; the header names the columns."""
    import csv

    rows = list(csv.DictReader(io.StringIO(text), skipinitialspace=True))
    header = {(column or "").strip().lower(): column for column in rows[0]} if rows else {}
    price = next((header[column] for column in _PRICES if column in header), None)
    if not rows or "expiry" not in header or price is None:
        raise AssistantError(f"@{name}", "is no futures curve", "give a CSV file with the columns expiry and price")
    found = []
    for line, row in enumerate(rows, 2):
        try:
            found.append({"expiry": row[header["expiry"]].strip(), "price_index_points": float(row[price])})
        except (TypeError, ValueError, AttributeError) as error:
            raise AssistantError(f"@{name}, line {line}", "holds no expiry and price", "write, for example, 2026-06-17,20.1") from error
    return {"curve": found}
