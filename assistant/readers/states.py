"""Signals, holdings and permissions that are said in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.inputs.draft import FILLERS, Draft
from assistant.inputs.slots import slots_of
from assistant.patterns import Pattern

_BREADTH = r"(?:breadth|adv\w*[-/ ]?(?:and )?dec\w*(?: line)?|a[/-]?d(?: line)?|ad line|advancers)"
_GAP = r"(?:[\s(]+\w+){0,6}?[\s():=]+(?:->\s*)?"
_NEGATED = r"\b(?:not|isn['’]?t|no|never|hasn['’]?t|without|didn['’]?t)\b"
# A smaller holding without the word vega may as well be a number of contracts.
LEAST_VEGA_USD = 100.0
_DOUBTED = (
    r"\b(?:failed|almost|about to|without|lacking|neither|lost|expired|rejected|until|stopped|far from|avoided|(?<![:=])(?<![:=] )false|nearly|waiting|reversed|faded|"
    r"yesterday|spx(?:['’]s)? macd|macd (?:of|on) (?:the )?spx)\b|\b(?:weak|strong|bullish|bearish) in\b"
)
_FORBIDDEN = r"(?:(?:are|is)n['’]?t (?:allowed|permitted)|not allowed|forbidden|barred|off limits|prohibited|banned|not permitted|can'?t be traded)"
_MAY_NOT = (
    r"(?:may not|can['’]?t|cannot|can not|not allowed(?: to)?|isn['’]?t allowed(?: to)?|won['’]?t let me|"
    r"doesn['’]?t allow|does not allow|no permission (?:to|for)|(?:not|isn['’]?t) permitted(?: to)?)"
)
_HOLDER = r"\b(?:accounts?|ira|mandate|fund rules|broker|permissions?|approvals?)\b"
_PLAN_SIGNALS: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "macd": ("macd", ("bullish",)),
    "advance_decline": ("advance_decline", ("weak", "divergent")),
    "rsi": ("rsi_shift", (True,)),
    "capm": ("capm_breach", (True,)),
    "macro": ("macro_accelerates", (True,)),
}
_PASSING = r"\b(?:\s+(?:signal|line))?\W*(?:(?:is|has|have|are|currently|now)\s+)*(?P<state>pass(?:es|ed|ing)?|fails|failing)\b(?! to\b)"
_PASSES_BOTH = Pattern(
    rf"(?:\b(?:both|the two) (?:signals |indicators |gates )?|\b(?:macd (?:and|&|\+) (?:the )?{_BREADTH}|{_BREADTH} (?:and|&|\+) (?:the )?macd)\s+(?:both |have |are )*)"
    r"(?P<state>pass(?:es|ed|ing)?|fail)\b(?! to\b)"
)
_TRADES = {
    "futures_allowed": r"(?:vx |vix )?futures",
    "options_allowed": r"(?:vix )?(?:options|calls)",
    "etfs_allowed": r"(?:vix )?etfs?",
}
_AND_OTHERS = rf"(?:\s*(?:,|and|&|\+|or|nor|/)\s*(?:{'|'.join(_TRADES.values())}))*"
_PERMITTED = (
    r"(?:ok(?:ay)?|fine|allowed|permitted|approved|available|enabled)\b"
    r"(?!\s*(?:[:=?]|only|in\b|by\b|but|if|when|once|until|after|from|up to|next|tomorrow|soon|later))"
)
_LAYERS = {
    "holdings.futures_vega_usd": r"(?:vx |vix )?(?:futures?|futs)(?: layer| leg)?(?: vega)?|vxm?",
    "holdings.calls_vega_usd": r"(?:first |vix )*calls?(?: layer| tranche)?(?: vega)?|first tranche",
    "holdings.etf_vega_usd": r"(?:vix )?etfs?(?: layer)?(?: vega)?",
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
            rf"\b(?:zero|nothing|none|nil)\s+(?:vega\s+)?(?:in|on)\s+(?:the\s+)?(?:{words})\b|"
            rf"(?:\b(?:have|hold|holding|got|already (?:in|on|filled|bought))\b|\d(?:[\d.,]*\d)?k?(?: vega)? (?:vega )?(?:futures?|calls?)|"
            rf"(?:futures?|calls?)(?: layer)? \d[\d.,]*k?\b(?!\s?%))[^.;?]*"
            rf"(?:\band|,|\||no \w+) no (?:{words})\b(?!\s+(?:allowed|permi\w+|approv\w+|access))"
        ):
            draft.inputs[name] = 0.0
        for quantity in draft.free("usd", "number"):
            left, right = draft.left_clause(quantity), draft.right_clause(quantity)
            before = re.search(
                rf"\b(?:{words})(?:\s+(?:i|we|for|has|have|already|so far|is|are|hold|holds|held|at|of|with|filled|vega|on|in place|carry|carries|carrying|own|"
                rf"worth|account for))*{FILLERS}$",
                left,
            )
            behind = re.match(
                rf"\s*(?:usd |dollars |vega |of vega )*(?:(?:of |in |on in )?(?:the |my )?|(?:\w+ ){{1,5}}?in (?:the )?)(?:{words})\b", right
            )
            before = before or re.search(rf"\b(?:{words})\s+(?:filled|on|done|held|in place|bought)?\s*\(\s*$", draft.left(quantity))
            behind = behind or re.match(rf"\s*\(\s*(?:in |of )?(?:the )?(?:{words})\s*\)", draft.right(quantity))
            planned = re.search(r"\b(?:plan\w*|total|hedge vega|h)\W*$", left) or re.match(
                r"(?:\W+\w+){0,2}?\W*(?:planned|next week|tomorrow|to be|will)\b", right
            )
            contracts = quantity.unit == "number" and 0 < quantity.number < LEAST_VEGA_USD and not re.search(r"\bvega\b", left + right)
            if (before or behind) and contracts:
                draft.use(quantity)
                draft.ask(name, "usd", f"Is {quantity.text.strip()} a number of contracts? What is their vega in USD per VIX point?")
            elif (
                (before or behind)
                and not planned
                and not (before and _is_for(before.group(), _sentence(draft, quantity.start)))
                and name not in draft.inputs
                and quantity.number >= 0
            ):
                draft.take(name, quantity)
    _ask_where_it_is_held(draft)
    draft.says(r"\b(?:nothing|no hedge|none)\s+(?:is\s+)?(?:on|held|in place)?(?:\s+yet)?\b")


def _sentence(draft: Draft, place: int) -> str:
    """The sentence that a place of the text stands in."""
    before, after = re.split(r"[;?!]|\.\s", draft.text[:place])[-1], re.split(r"[;?!]|\.\s", draft.text[place:])[0]
    return f"{before}{after}"


def _is_for(words: str, clause: str) -> bool:
    """Whether an amount is 'for' a layer in a sentence that does not say it is held: 'futures for 2000' may as well be wished for."""
    return re.search(r"\bfor\b", words) is not None and re.search(r"\b(?:have|hold|held|got|own|bought|on|already|filled|holding)\b", clause) is None


def _ask_where_it_is_held(draft: Draft) -> None:
    """'I hold 1,900 so far' is no planned vega, and of which layer it is has to be asked."""
    for quantity in draft.free("usd", "number"):
        near = draft.left_clause(quantity) + draft.right_clause(quantity)
        held = re.search(r"\b(?:held|hold|holding|filled|bought|already (?:on|in|own|have))\b", near)
        if held and quantity.number >= LEAST_VEGA_USD and not re.search(r"\b(?:plan\w*|total|whole|hedge vega|h|condors?|book)\b", near):
            draft.use(quantity)
            draft.ask("holdings.futures_vega_usd", "usd", f"In which layer are the {quantity.text.strip()} held: futures, calls or ETFs?")


def _read_last_tranche(draft: Draft) -> None:
    for quantity in draft.free("date"):
        if re.search(r"\b(?:last|latest|previous)\b[^,;.]*\b(?:tranche|calls?|buy|purchase|increment)\b[^,;.]*$", draft.left(quantity)):
            draft.take("holdings.last_tranche_on", quantity)


def read_last_tranche_day(draft: Draft) -> None:
    """'the last tranche went on 11 June': the latest such day up to the day of the question, which is read before."""
    day_of_question = str(draft.inputs.get("as_of", draft.as_of or ""))
    for quantity in draft.free("day"):
        if (
            re.search(r"\b(?:last|latest|previous)\b[^,;.]*\b(?:tranche|calls?|buy|purchase|increment|clip)\b[^,;.]*$", draft.left(quantity))
            and day_of_question
        ):
            year = int(day_of_question[:4]) - (str(quantity.value) > day_of_question[5:])
            draft.take("holdings.last_tranche_on", quantity, f"{year}-{quantity.value}")


def _read_signals(draft: Draft) -> None:
    text = draft.text
    _state(draft, "signals.macd", rf"\bmacd\b{_GAP}(bullish|bearish)", r"\b(bullish|bearish)\s+macd\b", r"\bmacd[\s():=]+(bullish|bearish)")
    _state(
        draft,
        "signals.advance_decline",
        rf"\b{_BREADTH}{_GAP}(weak|strong|diverg\w+)",
        rf"\b(weak|strong|divergent)\s+{_BREADTH}",
        rf"{_BREADTH}[\s():=]+(weak|strong|diverg\w+)",
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
            clause = re.split(r"[,;.:]|\band\b|\bbut\b", text[: match.start()])[-1]
            denied = re.search(_NEGATED, clause + match.group()) or re.match(r"\s*[:=]?\s*(?:no|not|false|none)\b", text[match.end() :])
            if re.search(_DOUBTED, clause + match.group() + re.split(r"[,;.]", text[match.end() :])[0]):
                draft.ask(name, "switch", f"Has {name.split('.')[-1]} happened, yes or no? The question can be read in two ways.")
                continue
            draft.inputs[name] = denied is None
            draft.spans.append((match.start() - len(clause), match.end()))
    quantity = draft.after(r"\brsi\b(?: of the vix| on the vix)?", "number")
    if quantity is not None:
        draft.take("signals.rsi", quantity)
    for name, words in (("signals.macd", r"\bmacd\b"), ("signals.advance_decline", rf"\b{_BREADTH}\b")):
        spoken = name.endswith("decline") and re.search(r"\b(?:weak|strong|divergent|diverging)\b", text)
        if (re.search(words, text) or spoken) and name not in draft.inputs:
            draft.ask(name, "name", f"In which state is {_named(name)}?")


def _named(signal: str) -> str:
    """A signal with the states it can be in."""
    return "MACD: bullish or bearish" if signal.endswith("macd") else "the advance-decline line: weak, strong or divergent"


def read_plan_signals(draft: Draft) -> None:
    """The signals of a plan from the words that a next step takes: those of MACD and breadth as they are, the others as states."""
    part = Draft(draft.text, draft.quantities, slots_of("next-step"), draft.as_of, used=draft.used, asked=draft.asked, spans=draft.spans)
    _read_passing(part)
    _read_signals(part)
    for name, (said, passing) in _PLAN_SIGNALS.items():
        value = part.inputs.get(f"signals.{said}")
        if value is not None:
            draft.inputs[f"signals.{name}"] = value if isinstance(value, str) else "pass" if value in passing else "fail"


def _read_passing(draft: Draft) -> None:
    """'MACD passes, breadth fails', 'both signals pass': the states by the plan's own words."""
    both = _PASSES_BOTH.search(draft.text)
    for name, words in (("signals.macd", r"\bmacd"), ("signals.advance_decline", rf"\b{_BREADTH}")):
        found = re.search(rf"{words}{_PASSING}", draft.text) or both
        clause = "" if found is None else re.split(r"[,;.]", draft.text[: found.start()])[-1] + found.group()
        if found is None or re.search(rf"{_NEGATED}|{_DOUBTED}|\b(?:if|when|once|unless)\b", clause):
            continue
        draft.inputs[name] = "pass" if found["state"].startswith("pass") else "fail"
        draft.spans.append(found.span())


def _state(draft: Draft, name: str, *patterns: str) -> None:
    """A signal's word; with a negation before it, or two different words, nothing is read and it is asked about."""
    found = {match.group(1): match for pattern in patterns for match in re.finditer(pattern, draft.text)}
    words = set(re.findall(r"\b(?:bullish|bearish)\b" if name.endswith("macd") else r"\b(?:weak|strong|diverg)", draft.text))
    around = [re.split(r"[,;.]", draft.text[: m.start()])[-1] + m.group() + re.split(r"[,;.]", draft.text[m.end() :])[0] for m in found.values()]
    negated = (bool(found) and len(words) > 1) or any(re.search(_NEGATED, text) or re.search(rf"{_DOUBTED}|\bwas\b", text) for text in around)
    if len(found) == 1 and not negated:
        word, match = next(iter(found.items()))
        draft.inputs[name] = word
        draft.spans.append(match.span())
    elif found:
        draft.ask(name, "name", f"In which state is {_named(name)}? The question can be read in two ways.")


def read_permissions(draft: Draft, prefix: str) -> None:
    """What the account may trade, or not: 'futures not allowed', 'account may not trade futures', 'options and etfs ok'."""
    for name, words in _TRADES.items():
        forms: tuple[str, ...] = (
            rf"\b{words}{_AND_OTHERS}\s+(?:trading\s+)?(?:are\s+|is\s+)?(?:both\s+)?{_FORBIDDEN}",
            rf"\b{words} allowed\s*[:=]\s*(?:no|false)\b",
            rf"\b{_MAY_NOT}\s+(?:trade|buy|use|hold|do|have)?\s*(?:any\s+)?(?:\w+ (?:or|and) )?{words}\b",
            rf"\b(?:no|without)\s+{words}\s+(?:(?:are |is )?(?:allowed|permitted)|permission\w*|approval|access)",
            rf"\b(?:bans?|bars?|forbids?|prohibits?|excludes?|rules? out|blocks?|disallows?)\s+(?:(?:me|us)\s+from\s+)?(?:trading\s+)?(?:all\s+|any\s+)?{words}\b",
            rf"{_HOLDER}\W+(?:\w+\W+){{0,3}}?(?:no|without)\s+{words}\b(?!\s+(?:on|yet|held|filled))",
        )
        if re.search(rf"\b{_PERMITTED}", draft.text):
            forms += (rf"\b{words}\s+(?:are\s+|is\s+)?not\s*(?=[,.;)]|$)",)  # 'options allowed, futures not'
        for form in forms:
            match = re.search(form, draft.text)
            if match:
                draft.inputs[f"{prefix}.{name}"] = False
                draft.spans.append(match.span())
                break
        else:
            _read_permitted(draft, f"{prefix}.{name}", words)


def _read_permitted(draft: Draft, name: str, words: str) -> None:
    """'options and etfs ok', 'futures are allowed': said of the account without a condition."""
    for match in re.finditer(
        rf"\b{words}{_AND_OTHERS}\s+(?:are\s+|is\s+)?(?:both\s+)?{_PERMITTED}|\b{words} allowed\s*[:=]\s*(?:yes|true)\b", draft.text
    ):
        before = re.split(r"[,;.:()]", draft.text[: match.start()])[-1]
        if re.search(r"\b(?:only|not|no|never|neither|nothing|everything|except|but|are|is|if|when|once|until|without)\b", before) is None:
            draft.inputs[name] = True
            draft.spans.append(match.span())
            return
