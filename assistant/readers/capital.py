"""The capital of a WACC that is told as a whole and a part: '500k in total, of which 180k is borrowed'."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity

_WHOLE = Pattern(r"\b(?:total|whole|overall|entire|altogether|in all|all in)\b")
_OF_WHICH = Pattern(r"\b(?:of which|of whom|of that|of those|thereof|out of (?:it|that|which)|including|incl)\b")
_SUM = Pattern(r"\b(?:enterprise|firm|company|assets?|capital|position|balance sheet|funding|gross|portfolio|structure)\b")
_CAPITAL = Pattern(r"\s*(?:of\s+)?(?:capital|funding|financing|money)\b")
_DEBT, _OWN = r"(?:borrow\w*|debt|loans?|lent|margin(?: loan)?|on margin|financed)", r"(?:equity|own(?!er)\w*|our money|my money|ours|mine)"


def read_capital(draft: Draft) -> None:
    """Equity and debt where one of them and their sum are given. A base rate with a spread is understood as their sum."""
    for quantity in draft.free("fraction"):
        base = re.search(r"\b(?:sofr|libor|euribor|prime|fed funds|base rate)\b\s*(?:is|at|of|=|@)?\s*$", draft.left(quantity))
        if base is not None and quantity.note == "sum":
            draft.spans.append((quantity.start - len(draft.left(quantity)) + base.start(), quantity.end))
    draft.says(r"\bplus\s+(?:an?\s+|the\s+)?(?=\$?\d[\d,.]*\s?\w*\s+(?:grand\s+)?(?:of\s+)?(?:margin\s+)?(?:loans?|debt|borrow\w*)\b)")
    amounts = draft.free("usd", "number")
    for whole, part in pairwise(amounts):
        between = draft.text[whole.end : part.start]
        said = _WHOLE.search(draft.left_clause(whole) + between) or re.search(r"\bequity\W*$", draft.left_clause(whole)) or _CAPITAL.match(between)
        if said is None or _OF_WHICH.search(between) is None or not 0 < part.number < whole.number:
            continue
        if re.search(r"\b(?:equity|own\w*)\s*(?:of|is|:|=)?\s*$", draft.left_clause(whole)):
            draft.use(whole)
            draft.ask("equity_usd", "usd", f"Is {whole.text.strip()} the equity, or equity and debt together?")
            return
        kind = _kind(draft, part)
        if kind is None:
            continue
        rest = whole.number - part.number
        other = "equity_usd" if kind == "debt_usd" else "debt_usd"
        draft.take(kind, part)
        draft.take(other, whole, rest)
        draft.spans += [match.span() for match in _WHOLE.finditer(draft.text)]
        return
    if len(amounts) == 1 and _read_share(draft, amounts[0]):
        return
    for quantity in amounts:
        if _kind(draft, quantity) is None and _SUM.search(re.sub(r"\bcost of capital\b", "", draft.left_clause(quantity))):
            draft.use(quantity)
            draft.ask("equity_usd", "usd", f"Is {quantity.text.strip()} equity and debt together? Give the equity alone.")
    unnamed = [quantity for quantity in amounts if _kind(draft, quantity) is None]
    if len(amounts) == 2 and len(unnamed) == 1 and re.search(r"\bborrow", draft.text) and not re.search(rf"\b{_OWN}\b", draft.text):
        draft.use(*unnamed)
        draft.ask("equity_usd", "usd", f"Is {unnamed[0].text.strip()} the equity alone, or equity and debt together?")


def _read_share(draft: Draft, whole: Quantity) -> bool:
    """'500k total capital, 30% of it debt': the part as a share of the whole."""
    said = _WHOLE.search(draft.left_clause(whole) + draft.right_clause(whole)) or _CAPITAL.match(draft.right(whole))
    for share in draft.free("fraction") if said else ():
        part = re.match(rf"\s*(?:of (?:it|that|which|this)\s+)?(?:is\s+|as\s+|in\s+)?(?:(?P<debt>{_DEBT})|{_OWN})\b", draft.right(share))
        if part is not None and 0 < share.number < 1:
            names = ("debt_usd", "equity_usd") if part["debt"] else ("equity_usd", "debt_usd")
            draft.take(names[0], share, round(whole.number * share.number, 9))
            draft.take(names[1], whole, round(whole.number * (1 - share.number), 9))
            draft.spans += [match.span() for match in _WHOLE.finditer(draft.text)]
            return True
    return False


def _kind(draft: Draft, part: Quantity) -> str | None:
    """What the part is: the word right behind it, or right before it."""
    for name, words in (("debt_usd", _DEBT), ("equity_usd", _OWN)):
        if re.match(rf"\s*(?:is|are|was|of|in|as|comes from|from)?\s*(?:the\s+|a\s+|my\s+|our\s+)?{words}\b", draft.right(part)) or re.search(
            rf"\b{words}\s*(?:of|is|:|=)?\s*$", draft.left_clause(part)
        ):
            return name
    return None
