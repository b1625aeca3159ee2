"""Numbers, bases and sources as text: the only place that formats a number for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DISCLAIMER = "Educational only: no recommendation to trade. Options and futures can lose more than you expect."
_BASES = {
    "input": "an input",
    "derived": "computed from the steps before it",
    "stated": "stated by the source",
    "contract": "exchange fact",
    "assumed": "assumed, the source does not say",
    "estimated": "estimated from data",
}
_WIDEST_TABLE = 150
_LONG_TEXT = 50


def format_number(value: Any, unit: str = "") -> str:
    """A value for a reader: money with two decimals, fractions also as percent, other numbers with six digits at most."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(format_number(item, unit) for item in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {format_number(item, unit)}" for key, item in value.items())
    if not isinstance(value, (int, float)):
        return str(value)
    if unit == "fraction":
        return f"{value:.6g} ({value * 100:.6g} %)"
    if unit.startswith("usd"):
        return f"{value:,.2f} USD"
    if unit == "year":
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return plain_number(value)


def plain_number(value: float) -> str:
    """A number without its unit: six digits below a thousand, four decimals above."""
    return f"{value:,.6g}" if abs(value) < 1000 else f"{value:,.4f}".rstrip("0").rstrip(".")


def signed_number(value: float) -> str:
    """A whole number that always shows its sign, `+20,464` or `-603`; what rounds to nothing is `0`."""
    text = f"{value:+,.0f}"
    return text if text.strip("+-0") else "0"


def named_axis(label: str, unit: str) -> str:
    """What an axis measures with its unit: `P/L since entry, USD`."""
    spelled = {"usd": "USD", "fraction": "%", "rsi_points": ""}.get(unit, unit.replace("_", " ").replace("vix", "VIX"))
    return f"{label}, {spelled}" if spelled and spelled not in label else label


def in_words(value: Any, unit: str) -> str:
    """A value with its unit spelled out: `450.00 USD`, `31.28 %`, `20.1 index points`, `2 contracts`."""
    if unit == "table":
        return table_in_words(value)
    if value is None or isinstance(value, (bool, str)):
        return format_number(value)
    if isinstance(value, (list, tuple)):
        if any(isinstance(item, Mapping) for item in value):
            return table_in_words(value)
        return ", ".join(in_words(item, unit) for item in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {in_words(item, unit)}" for key, item in value.items())
    if not isinstance(value, (int, float)):
        return str(value)
    if unit in ("fraction", "fractions"):
        return percent(value)
    if unit.startswith("usd"):
        rest = unit.removeprefix("usd").replace("_", " ")
        return f"{value:,.2f} USD{rest}"
    if unit in ("year", "month", "date", "dates"):
        return str(value)
    spelled = (
        ""
        if unit in ("", "ratio", "name", "names", "switch", "count", "object", "list")
        else f" {unit.removesuffix('_list').replace('_', ' ').replace('vix', 'VIX')}"
    )
    return (f"{value:,}" if isinstance(value, int) else plain_number(value)) + spelled


def percent(value: float) -> str:
    """A fraction as percent with up to four decimals."""
    return f"{value * 100:,.4f}".rstrip("0").rstrip(".") + " %"


def table_in_words(rows: Any) -> str:
    """A table in one line: its columns, then its rows."""
    if not isinstance(rows, (list, tuple)) or not rows or not isinstance(rows[0], Mapping):
        return "(table)"
    columns = ", ".join(str(key) for key in rows[0])
    return f"{columns}: " + "; ".join(", ".join(format_number(cell) for cell in row.values()) for row in rows)


def unit_of(name: str) -> str:
    """The unit that a result's name carries as its suffix, empty when it carries none."""
    last = name.rsplit(".", 1)[-1]
    if last in ("low", "high", "target"):
        last = name.rsplit(".", 2)[-2] if name.count(".") else last
    if last.endswith("_year"):
        return "year"
    if last.endswith("_fraction"):
        return "fraction"
    return "usd" if "_usd" in last else ""


def named_value(name: str, value: Any) -> str:
    """A result's value with the unit of its name in words."""
    unit = unit_of(name)
    if not unit:
        last = name.rsplit(".", 1)[-1]
        unit = next(
            (word for word in ("index_points", "vix_points", "vol_points", "days", "contracts", "shares", "bp") if last.endswith(f"_{word}")), ""
        )
        unit = "bp" if last.endswith("_bp") else unit
    return in_words(value, unit)


def basis_in_words(step: Mapping[str, Any]) -> str:
    """Where a step's value is from: `stated by the source: layering-order, The fixed order, paragraph 1`, `an input`."""
    words = _BASES.get(step["basis"], str(step["basis"]))
    reference = step.get("reference")
    if reference is not None:
        return f"{words}: {reference_in_words(reference)}"
    if step["basis"] in ("assumed", "estimated") and step.get("note"):
        return f"{'assumed' if step['basis'] == 'assumed' else words}: {step['note']}"
    return words


def reference_in_words(reference: Mapping[str, Any]) -> str:
    """A reference as document, heading and paragraph, or as its address."""
    if reference.get("url") is not None:
        return str(reference["url"])
    return f"{reference['document_id']}, {reference['heading']}, paragraph {reference['paragraph']}"


def flatten(value: Any, prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Leaves of a result with their dotted names; short lists of plain values stay together."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from flatten(item, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        for number, item in enumerate(value):
            yield from flatten(item, f"{prefix}.{number}" if prefix else str(number))
    else:
        yield prefix, value


def as_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text as aligned columns, two spaces apart."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def as_rows(items: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """A list of objects as rows of text with a heading: a column for every name that has a value.

    Long texts come last. A table of short values that is too wide for a screen is turned on its side, one item a column.
    """
    names: dict[str, None] = {}
    flat = [dict(flatten(item)) for item in items]
    for item in flat:
        names |= dict.fromkeys(name for name, value in item.items() if value is not None)
    cells = {name: [named_value(name, item[name]) if name in item else "-" for item in flat] for name in names}
    long = [name for name, column in cells.items() if max(map(len, column)) > _LONG_TEXT]
    order = [name for name in names if name not in long] + long
    rows = [order, *([cells[name][number] for name in order] for number in range(len(flat)))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(order))]
    if not long and sum(widths) + 2 * len(widths) > _WIDEST_TABLE and len(order) > len(flat):
        return [["", *(str(number) for number in range(1, len(flat) + 1))], *([list(column) for column in zip(*rows, strict=True)])]
    return rows


def sections(result: Mapping[str, Any]) -> tuple[list[tuple[str, Any]], list[tuple[str, list[Mapping[str, Any]]]]]:
    """A result's single values (dotted names, without those that are not known) and its lists of objects, by name."""
    singles: list[tuple[str, Any]] = []
    tables: list[tuple[str, list[Mapping[str, Any]]]] = []
    for name, value in result.items():
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            tables.append((name, value))
        elif isinstance(value, Mapping):
            inner, more = sections({f"{name}.{key}": item for key, item in value.items()})
            singles += inner
            tables += more
        elif value is not None:
            singles.append((name, value))
    return singles, tables


def receipt_line(receipt: Mapping[str, Any]) -> str:
    """A receipt in one line."""
    return (
        f"receipt: input {receipt['input_sha256'][:12]}, parameters {receipt['parameters_sha256'][:12]} ({receipt['parameters_dated']}), "
        f"result {receipt['result_sha256'][:12]}, engine {receipt['engine_version']}"
    )


def override_warning(calculation: Mapping[str, Any]) -> list[str]:
    """A line that names stated values changed by the user, none when there are none."""
    overridden = calculation.get("parameters_overridden") or []
    return [f"Warning: stated values were overridden: {', '.join(overridden)}"] if overridden else []


def as_table(calculation: Mapping[str, Any]) -> str:
    """A calculation for a terminal: the result first, then steps, assumptions and receipt."""
    from rules.reports.report_table import table

    return table(calculation)


def as_markdown(calculation: Mapping[str, Any]) -> str:
    """A calculation as a worked example that a trader can check by hand."""
    from rules.reports.report_markdown import markdown

    return markdown(calculation)
