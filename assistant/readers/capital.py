"""The capital of a WACC that is told as a whole and a part: '500k in total, of which 180k is borrowed'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.quantities.reader import BASE_RATE

_WHOLE = Pattern(r"\b(?:total|whole|overall|entire|altogether|in all|all in)\b")
_OF_WHICH = Pattern(r"\b(?:of which|of whom|of that|of those|thereof|out of (?:it|that|which)|including|incl)\b")
_SUM = Pattern(r"\b(?:enterprise|firm|company|assets?|capital|position|balance sheet|funding|gross|portfolio|structure)\b")
_CAPITAL = Pattern(r"\s*(?:of\s+)?(?:capital|funding|financing|money)\b")
_CAPITAL_OF = Pattern(r"(?<!cost of )\bcapital\s*(?:base\s*)?(?:of|is|=|:)?\s*$")
_EQUITY_BEFORE = Pattern(r"\b(?:equity|own\w*)\s*(?:of|is|:|=)?\s*$")
_LENDS = r"\b(?:lends?|lent|loans?|loaned|advances?) (?:me|us)\b"
_DEBT, _OWN = r"(?:borrow\w*|debt|loans?|lent|margin(?: loan)?|on margin|financed)", r"(?:equity|own(?!er)\w*|our money|my money|ours|mine)"


def read_capital(draft: Draft) -> None:
    """Equity and debt where one of them and their sum are given. A base rate with a spread is understood as their sum."""
    for quantity in draft.free("fraction"):
        base = BASE_RATE.search(draft.left(quantity))
        if base is not None and quantity.note == "sum":
            draft.spans.append((quantity.start - len(base.group()), quantity.end))
    none = draft.after(r"\bdebt\s*(?:is|of|=|:)?", "usd", "number")
    if none is not None and none.number == 0:
        draft.take("debt_usd", none)
        draft.says(r"\ball equity\b")
    lent = draft.after(_LENDS, "usd", "number")
    if lent is not None:
        draft.take("debt_usd", lent)
        draft.says(_LENDS)
    draft.says(r"\bplus\s+(?:an?\s+|the\s+)?(?=\$?\d[\d,.]*\s?\w*\s+(?:grand\s+)?(?:of\s+)?(?:margin\s+)?(?:loans?|debt|borrow\w*)\b)")
    amounts = draft.free("usd", "number")
    if not _read_part(draft, amounts) and not (len(amounts) == 1 and _read_share(draft, amounts[0])):
        _ask_about_sums(draft, amounts)


def _read_part(draft: Draft, amounts: Sequence[Quantity]) -> bool:
    """'500k in total, of which 180k is borrowed'; of an equity that holds a debt it is asked which of the two it is."""
    for whole, part in pairwise(amounts):
        left, between = draft.left_clause(whole), draft.text[whole.end : part.start]
        if _OF_WHICH.search(between) is None or not 0 < part.number < whole.number:
            continue
        if _EQUITY_BEFORE.search(left):
            draft.use(whole)
            draft.ask("equity_usd", "usd", f"Is {whole.text.strip()} the equity, or equity and debt together?")
            return True
        kind = _kind(draft, part) if _WHOLE.search(left + between) or _CAPITAL.match(between) else None
        if kind is not None:
            _take(draft, kind, (part, part.number), (whole, whole.number - part.number))
            return True
    return False


def _ask_about_sums(draft: Draft, amounts: Sequence[Quantity]) -> None:
    """Ask about an amount that is called a whole, or that stands without a word beside what is borrowed."""
    unnamed = [quantity for quantity in amounts if _kind(draft, quantity) is None]
    for quantity in unnamed:
        if _SUM.search(re.sub(r"\bcost of capital\b", "", draft.left_clause(quantity))):
            draft.use(quantity)
            draft.ask("equity_usd", "usd", f"Is {quantity.text.strip()} equity and debt together? Give the equity alone.")
    if len(amounts) == 2 and len(unnamed) == 1 and re.search(r"\bborrow", draft.text) and not re.search(rf"\b{_OWN}\b", draft.text):
        draft.use(*unnamed)
        draft.ask("equity_usd", "usd", f"Is {unnamed[0].text.strip()} the equity alone, or equity and debt together?")


def _read_share(draft: Draft, whole: Quantity) -> bool:
    """'500k total capital, 30% of it debt': the part as a share of the whole."""
    said = (
        _WHOLE.search(draft.left_clause(whole) + draft.right_clause(whole))
        or _CAPITAL.match(draft.right(whole))
        or _CAPITAL_OF.search(draft.left(whole))
    )
    for share in draft.free("fraction") if said else ():
        part = re.match(rf"\s*(?:of (?:it|that|which|this)\s+)?(?:is\s+|as\s+|in\s+)?(?:(?P<debt>{_DEBT})|{_OWN})\b", draft.right(share))
        if part is not None and 0 < share.number < 1:
            named = "debt_usd" if part["debt"] else "equity_usd"
            _take(draft, named, (share, round(whole.number * share.number, 9)), (whole, round(whole.number * (1 - share.number), 9)))
            return True
    return False


def _take(draft: Draft, named: str, part: tuple[Quantity, float], rest: tuple[Quantity, float]) -> None:
    """Give the part to the input that is named, and the rest of the whole to the other."""
    draft.take(named, *part)
    draft.take("equity_usd" if named == "debt_usd" else "debt_usd", *rest)
    draft.spans += [match.span() for match in _WHOLE.finditer(draft.text)]


def _kind(draft: Draft, part: Quantity) -> str | None:
    """What the part is: the word right behind it, or right before it."""
    for name, words in (("debt_usd", _DEBT), ("equity_usd", _OWN)):
        if re.match(rf"\s*(?:is|are|was|of|in|as|comes from|from)?\s*(?:the\s+|a\s+|my\s+|our\s+)?{words}\b", draft.right(part)) or re.search(
            rf"\b{words}\s*(?:of|is|:|=)?\s*$", draft.left_clause(part)
        ):
            return name
    return None
