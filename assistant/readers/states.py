"""Signals, holdings and permissions that are said in words."""

from __future__ import annotations

import re

from assistant.draft import FILLERS, Draft

_BREADTH = r"(?:breadth|advance[- /]?decline(?: line)?|a/?d(?: line)?|ad line|advancers)"
_GAP = r"(?:[\s(]+\w+){0,6}?[\s(]+"
_NEGATED = r"\b(?:not|isn'?t|no|never|hasn'?t|without|didn'?t)\b"
_FORBIDDEN = r"(?:not allowed|forbidden|barred|off limits|prohibited|banned|not permitted|can'?t be traded)"
_MAY_NOT = (
    r"(?:may not|can'?t|cannot|can not|not allowed to|isn'?t allowed to|is not allowed to|won'?t let me|"
    r"doesn'?t allow|does not allow|no permission (?:to|for)|not permitted to)"
)
_TRADES = {
    "futures_allowed": r"(?:vx |vix )?futures",
    "options_allowed": r"(?:vix )?(?:options|calls)",
    "etfs_allowed": r"(?:vix )?etfs?",
}
_LAYERS = {
    "holdings.futures_vega_usd": r"(?:vx |vix )?futures?(?: layer| leg)?|vxm?",
    "holdings.calls_vega_usd": r"(?:first |vix )*calls?(?: layer| tranche)?|first tranche",
    "holdings.etf_vega_usd": r"(?:vix )?etfs?(?: layer)?",
}


def read_next_step(draft: Draft) -> None:
    """Holdings, signals and permissions."""
    _read_holdings(draft)
    _read_last_tranche(draft)
    _read_signals(draft)
    read_permissions(draft, "account")


def _read_holdings(draft: Draft) -> None:
    for name, words in _LAYERS.items():
        if draft.says(
            rf"\b(?:{words})\s+(?:vega\s+)?(?:is\s+|are\s+|at\s+|still\s+)*(?:zero|nil|none|nothing)\b|\b(?:zero|no)\s+(?:{words})\s+(?:yet|so far|on|held)\b|"
            rf"\b(?:have|hold|holding|got)\b[^.;?]*\band no (?:{words})\b"
        ):
            draft.inputs[name] = 0.0
        for quantity in draft.free("usd", "number"):
            left, right = draft.left_clause(quantity), draft.right_clause(quantity)
            before = re.search(rf"\b(?:{words})(?:\s+(?:has|have|already|so far|is|are|hold|holds|at|of|with|filled|vega))*{FILLERS}$", left)
            behind = re.match(
                rf"\s*(?:usd |dollars |vega |of vega )*(?:(?:of |in |on in )?(?:the |my )?|(?:\w+ ){{1,5}}?in (?:the )?)(?:{words})\b", right
            )
            planned = re.search(r"\b(?:plan\w*|total|hedge vega|h)\W*$", left) or re.search(r"\b(?:planned|next week|tomorrow|to be|will)\b", right)
            if (before or behind) and not planned and name not in draft.inputs and quantity.number >= 0:
                draft.take(name, quantity)
    draft.says(r"\b(?:nothing|no hedge|none)\s+(?:is\s+)?(?:on|held|in place)?(?:\s+yet)?\b")


def _read_last_tranche(draft: Draft) -> None:
    for quantity in draft.free("date"):
        if re.search(r"\b(?:last|latest|previous)\b[^,;.]*\b(?:tranche|calls?|buy|purchase|increment)\b[^,;.]*$", draft.left(quantity)):
            draft.take("holdings.last_tranche_on", quantity)


def _read_signals(draft: Draft) -> None:
    text = draft.text
    _state(draft, "signals.macd", rf"\bmacd\b{_GAP}(bullish|bearish)", r"\b(bullish|bearish)\s+macd\b", r"\bmacd\s+(bullish|bearish)")
    _state(
        draft,
        "signals.advance_decline",
        rf"\b{_BREADTH}{_GAP}(weak|strong|diverg\w+)",
        rf"\b(weak|strong|divergent)\s+{_BREADTH}",
        rf"{_BREADTH}\s+(weak|strong|diverg\w+)",
    )
    if str(draft.inputs.get("signals.advance_decline", "")).startswith("diverg"):
        draft.inputs["signals.advance_decline"] = "divergent"
    for name, pattern in (
        ("signals.capm_breach", r"\bcapm\b[^,;.]*\b(?:breach\w*|broken|broke)|\bbreach\w*\b[^,;.]*\bcapm\b|\bcapm breach\b"),
        ("signals.rsi_shift", r"\brsi\b[^,;.]*\b(?:shift\w*|cross\w*|jump\w*|turned up)|\brsi shift\b"),
        (
            "signals.macro_accelerates",
            r"\bmacro\b[^,;.]*\b(?:accelerat\w*|fir\w+|triggers?|triggered)|\b(?:cpi|ppi|fomc)\b[^,;.]*\b(?:accelerat\w*|fired)",
        ),
    ):
        match = re.search(pattern, text)
        if match:
            draft.inputs[name] = re.search(_NEGATED, match.group() + text[match.end() : match.end() + 4]) is None
            draft.spans.append(match.span())
    quantity = draft.after(r"\brsi\b(?: of the vix| on the vix)?", "number")
    if quantity is not None:
        draft.take("signals.rsi", quantity)
    for name, words in (("signals.macd", r"\bmacd\b"), ("signals.advance_decline", rf"\b{_BREADTH}\b")):
        if re.search(words, text) and name not in draft.inputs:
            draft.ask(name, "name", f"In which state is {name.split('.')[-1]}?")


def _state(draft: Draft, name: str, *patterns: str) -> None:
    """A signal's word; with a negation before it, or two different words, nothing is read and it is asked about."""
    found = {match.group(1): match for pattern in patterns for match in re.finditer(pattern, draft.text)}
    words = set(re.findall(r"\b(?:bullish|bearish)\b" if name.endswith("macd") else r"\b(?:weak|strong|diverg)", draft.text))
    negated = (bool(found) and len(words) > 1) or any(re.search(_NEGATED, match.group()) for match in found.values())
    if len(found) == 1 and not negated:
        word, match = next(iter(found.items()))
        draft.inputs[name] = word
        draft.spans.append(match.span())
    elif found:
        draft.ask(name, "name", f"In which state is {name.split('.')[-1]}? The question can be read in two ways.")


def read_permissions(draft: Draft, prefix: str) -> None:
    """What the account may not trade: 'futures not allowed', 'account may not trade futures', 'no options allowed'."""
    for name, words in _TRADES.items():
        forms = (
            rf"\b{words}\s+(?:are\s+|is\s+)?{_FORBIDDEN}",
            rf"\b{_MAY_NOT}\s+(?:trade|buy|use|hold|do|have)?\s*(?:any\s+)?(?:\w+ (?:or|and) )?{words}\b",
            rf"\b(?:no|without|bans?|forbids?|prohibits?|excludes?)\s+{words}\b(?:\s+(?:allowed|permitted|permission\w*))?(?!\s+(?:on|yet|held|filled))",
        )
        for form in forms:
            match = re.search(form, draft.text)
            if match:
                draft.inputs[f"{prefix}.{name}"] = False
                draft.spans.append(match.span())
                break
