"""Words that change a number in a way the grammar does not model: then the question is asked back, not computed.

Some change a number only beside one ('minus 3', '10 or so'); others change the calculation wherever they stand ('doubled', 'vice versa').
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.patterns import Pattern

# Beside a number: before it or after it with few words between.
_BESIDE = (
    r"add(?:ed|ing)?|bump\w*(?!\s+(?:the\s+|my\s+)?\w+\s+to\b)|on top of|plus|minus|times|across|both|not|no,?|never|instead|rather than|less than|"
    r"more than|at least|at most|up to|roughly|"
    r"between(?! (?:the|them|my|all|layers|futures)\b)|either|or so|minimum of|except|excluding|without|ignoring|increase[sd]?|decrease[sd]?|"
    r"extra|another|additional|further|tenths?|eighths?|sixths?|fifths?|thirds?|quarters|(?<!day )(?<!from )(?<!is )zero(?!-)|average of|excess|weekly"
)
_ANYWHERE = (
    r"maybe|twice|double|doubled|doubling|triple|tripled|thrice|halve[sd]?|squared|per account|euros?|eur|gbp|pounds?|above (?:the )?risk|"
    r"over (?:the )?(?:risk|t-?bills?)|quarterly|business days|reali[sz]ed|historical|pair of|couple of|how (?:large|big|much|high) must (?:the |my |a )?(?:\w+ ){1,3}?be|"
    r"how (?:large|big) (?:should|would) (?:the |my )?(?:total|whole|planned|entire|hedge|h|book)|"
    r"what(?: is|'s) (?:the|my) total (?:planned )?hedge|after[- ]tax|libor|sofr|euribor|prime (?:rate|plus)|"
    r"spy|xsp|qqq|ndx|negative\s+(?!\$?[\d.])[a-z]+|(?:are|is) negative|[½¼¾⅓⅔]|the reverse|vice versa|the opposite|the other way|same as|(?:each|per|either|every|a) side|"
    r"not (?:count\w*|includ\w*|incl|with)|no (?:futures|calls|etfs?)|excluding|except|ignoring|"
    r"(?:ignore|forget|disregard|scrap|skip|drop)(?: about)? (?:the |that |my |any )?\$?\d(?:[\d.,]*\d)?(?:\s?(?:%|pct|percent|k|bps?))?|"
    r"(?:under|over|above|below|more than|less than) \$?\d[\d.,]*k? (?:of )?(?:hedge |vega|futures|credit)|"
    r"\$?\d[\d.,]*\s?(?:%|pct|percent|k)? (?:or|and) (?:more|less|higher|lower|above|below|over|under)|"
    r"iv (?:rank|percentile)|volatility (?:rank|percentile)|cents|pence|"
    r"(?:is|are|was|were|do|does|did|ca|wo)n['’]?t(?! (?:trade|sure|know|get|understand|have|want|need|matter|worry|remember|think|tell|i\b|there\b))"
)
# Beside a number of a follow-up: a change of the value before, which is no new value.
_CHANGES = (
    r"more|less|fewer|higher|lower|later|earlier|sooner|longer|shorter|wider|narrower|cheaper|dearer|up|down|rises?|rose|falls?|fell|drops?|dropped|"
    r"adds?|gains?|loses?|lost|lifted|raised?|cut|trim(?:med)?|reduced?"
)
# More or less of an amount, whatever it was.
_AMOUNT_MOVED = r"on top|shave|peel|pull"
# Anywhere in a follow-up: an input is taken back, or another thing is asked.
_TAKES_AWAY = (
    r"forget|drop(?!s|ped)|remove|cancel|undo|without (?:the|any|my)|default|close[d]? \d+|how about none|"
    rf"{_AMOUNT_MOVED}|pay(?:ing)? back|repa(?:y|id)|withdraw\w*|deposit\w*|refinanc\w+|take (?:on|off)|put in|give back|layer in|rolled for|"
    r"roll \$?\d[\d.,]*k?|(?:days|weeks) (?:have |has )?(?:gone|passed)(?: by)?|better|borrow(?= \$?\d)|(?:a |the )?(?:second|2nd|another) one|rolling"
)
# Numbers are near a word of caution when no more words than these stand between them.
_MOST_AHEAD, _MOST_BEHIND = 3, 1
_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*"
_ADDED = Pattern(r"(?<!\w)\+\s?\$?(?=\d)")
_PAUSE = Pattern(r"[;:?!()]|(?<!\d)[,.](?=\s|$)|,\s|\s--?\s")
_SHORT_HEDGE = r"(?:short|sold|sell) \d{1,3} (?:x )?(?:vx|vxm|minis?|vix|calls?|futures?|vxx|uvxy|etfs?)\b"
_LONG_CONDOR = r"(?:bought|buy|buying|long|own(?!.*\bcredit\b)) (?:(?:an?|the|my|\w+) )?(?:spx )?(?:iron )?(?:condors?|ics?)\b|debit"
_PERMITS = (
    r"pending|only (?:etfs?|options|calls|futures|vx)|(?:etfs?|options|futures|calls)[- ]only|limited to|restricted to|approved|approval|permissions?|permitted|"
    r"allowed|(?:let|lets) me|refuse|not available|unavailable|too low|futures: no|(?:but|except) (?:not )?(?:futures|options|calls|etfs?)|"
    r"can['’]?t trade|cannot trade|without futures"
)
_HARDLY = (
    r"failed|almost|about to|without|lacking|neither|lost|expired|rejected|until|stopped|far from|"
    r"was (?:weak|bullish|bearish|strong)|(?:weak|strong|bullish|bearish) in|avoided|false alarm|nearly|waiting for (?:an? |the )?(?:capm|rsi|macd|macro|breach)|reversed|faded|"
    r"no (?:macro|trigger|signal)|yesterday|spx macd|"
    r"(?:both|all|the|two|neither|my) (?:of the )?(?:activation |timing )?signals?(?: (?:have|has|are|is|did|both|all))? (?:pass\w*|fail\w*|fired?|triggered|met|on|off|hit|given)"
)
_ORDERED = (
    r"(?:latest|newest|most recent|last|today['’]?s close) (?:is |comes |are )?(?:first|on the left)|(?:first|last) (?:one )?is today\w*|reverse[d]?|"
    r"reverse chronological\w*|newest to oldest|backwards?|drop the (?:first|last)"
)
# 'five points above the future' is no strike.
_SOME = r"(?:\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten)[ -]?"
_DISTANCE = (
    rf"{_SOME}(?:(?:points?|pts?|handles?|strikes?) )?"
    r"(?:above|over|below|under|higher than|lower than|up from|wide of)(?= (?:an? |the |my )?(?:vix |vx |spx )?(?:futures?|fut|forward|spot|index|\d))|"
    rf"{_SOME}(?:points?|pts?|handles?|strikes?) (?:otm|itm|out of the money|in the money|over|above|below|under)"
)
_BY_CALCULATOR = {
    "iron-condor": r"/es|(?:credit|premium) (?:is |of |was |at )?(?:under|below|over|above|beyond)|or (?:better|worse)|"
    r"(?:per|each|either|every|both|for each|on each) wings?|(?:and |the )same (?:again )?(?:for|on) the (?:calls?|puts?)|(?:on |of )?(?:mes|micros?|minis?)|on es|"
    r"without the (?:calls?|puts?)|only the (?:calls?|puts?)|(?:calls?|puts?) (?:side |spread )?(?:is |was )?(?:closed|removed|gone)|"
    r"one side(?= (?:is|was|closed))|remove the (?:calls?|puts?)|assigned|partial\w*|es(?= (?:futures|options))|"
    r"(?:max\w* (?:loss|profit|gain)|risk) per (?:contract|lot|condor)|per (?:contract|lot|condor) (?:max\w*|please|risk|loss)|"
    r"(?:closed|exited|bought back|unwound|rolled|legged out of) (?:out )?(?:the|one|half|my|a|it|put|call|of|either)\w*|bought|buy|debit|paid|"
    r"long (?:iron )?condor|reverse|broken[- ]wing|butterfly|strangle|calendar|wide",
    "instrument-vega": rf"{_DISTANCE}|"
    r"(?<!beta to )(?<!beta vs )(?<!beta on )(?:spot vix|vix spot|spot) (?:is |at |= ?)?\d+(?:\.\d+)?(?! ?points?)|uvxy|svix|svxy|"
    r"(?:vx|vix futures?|minis?|vxm)\s+(?:and|or|vs\.?|versus)\s+(?:an? |one |1 |the )?(?:vxm?|minis?)|theta|gamma|rho|spread|short(?![- ]term\b)|"
    r"calls? and|puts?|vomma|pair",
    "option-price": rf"{_DISTANCE}|"
    r"es(?= (?:is |at |= ?)?\d)|ago|digital|binary|barrier|asian|bermudan?|knock\w*|lookback|spot vix|vix spot|short|sold|sell|spread|straddle|strangle|"
    r"american|american-style|dollar vega|hedge vega|exposure",
    "implied-volatility": rf"{_DISTANCE}|"
    r"digital|binary|barrier|asian|bermudan?|spot vix|vix spot|short|sold|spread|straddle|strangle",
    "layer-split": r"(?<!vega )budget(?![^.;?]*\bvega\b)|notional|(?:theta|gamma|delta)(?= ?(?:of |is |= ?)?-?\d)|(?:hedge|hedging) cost|cost of|"
    rf"{_AMOUNT_MOVED}|tak(?:e|en|es|ing) off|pull(?:ed|ing)|peeling|layer(?:ing)? in(?= \$?\d)|give (?:\$?[\d.,]+k? )?(?:vega )?back|"
    r"more vega|\d[\d.,]*k? (?:of )?(?:hedge )?vega more|"
    r"(?:under|over|below|above|less than|more than|(?:max|maximum|min|minimum) of) \d[\d.]* ?%|(?:take|takes) the (?:max|min)\w*|"
    r"(?:(?<=, )|(?<=with )|(?<=go )|(?<=use ))(?:minimum|maximum|max|min)(?= futures ?(?:[?.,;]|$|allowed))|the rest (?:in|into|to|goes (?:in|into|to)) (?:the )?(?:calls|etfs?)|"
    r"(?:target|between|back to) (?:the )?(?:lower|upper|low|high|top|bottom|min\w*|max\w*|middle|centre|center)(?: end)?(?: of (?:the )?(?:band|range))?(?! ?\d)|"
    r"max out|fifty[- ]fifty|50-50|(?:two|four|five|[2456]) (?:call )?(?:tranches|clips)|to hedge with|to spend|can['’]?t trade|cannot trade|"
    r"(?:not|isn['’]?t|aren['’]?t) (?:allowed|permitted)|without futures|only futures(?! (?:take|get|have|hold))|"
    r"(?:at|use|take|with) the (?:lower|upper|low|top|bottom|high) end(?!\W*\d)|(?:top|bottom) of the (?:\S+ )?(?:band|range)|"
    r"how many (?:vx|vxm|minis?|contracts|futures|calls)|cut|trim\w*|reserved?|reduced?|(?<!how )long|20 ?% of (?:it|that|this)|"
    r"\d+ ?% (?:more|less|higher|lower)|already(?=\s+(?:\w+\s+){0,3}\$?\d)|(?<=\d )already|split the rest|"
    r"(?:per|a|each|every) (?:day|week|month|quarter|year)|(?<=% )of the (?:futures )?(?:band|range)|"
    r"(?:percent|pct) (?:in|to|for|into) (?:the )?(?:calls|etfs?)|(?:calls?|etfs?) (?:(?:get|take|at) )?\d+(?: ?%)?",
    "wacc": r"(?:debt[- ](?:to[- ]|/ ?)equity|d/e|gearing)(?: ratio)?|\d*\.\d+ of (?:the )?equity|(?:after|post|net of)[- ](?:the )?(?:[\d.]+ ?% )?tax|"
    r"what (?:ke|kd|debt|equity|tax)|wacc (?:(?:of|is|at|must be|=) ?)?\d+(?:\.\d+)? ?%|(?:ke|kd)(?= ?\?)|(?:a|per) (?:day|week|month|quarter)|daily|"
    r"p\.?m\.?|other way a?round|swap\w*|interchange\w*|confused|revers\w+|all equity|un-?levered|"
    r"(?:pay|paid|paying) (?:it|the debt|the loan)? ?(?:off|down)|mixed up|(?:over|above) (?:kd|the debt)|at [\d.]+ ?% ?/ ?[\d.]+ ?%|includ\w+|inside|"
    r"preferred|monthly|total|whole|at [\d.]+ ?% and [\d.]+ ?%",
    "capital-cost": r"everything|all half|all \d+ ?% (?:borrowed|financed)|(?<=[,;] )margin (?:half|\d+ ?%) borrowed|"
    r"(?:borrowed|debt|financed|levered) each|each (?:borrowed|half)|incl\w*|[\d.]+ ?% debt|(?:condor|futures?|calls?|etfs?) only|"
    r"only on (?:the )?(?:condor|futures?|calls?|etfs?)|on (?:the )?(?:condor|futures?|calls?|etfs?) only|"
    r"(?:ke|kd|cost of (?:equity|debt)) (?:of |is |at )?[\d.]+ ?% for (?:the )?(?:condor|futures?|calls?|etfs?)|(?:on|of) each|all layers|each half|"
    r"overall(?! cost)|(?:fully|wholly|entirely|partly|mostly) (?:borrowed|financed|funded|on margin|debt)|borrowed|financed|on margin",
    "capm": r"short beta|market at [\d.]+ ?% premium|what (?:erp|rf|risk[- ]free|beta|market return|mrp|premium)|solve for|find (?:the )?(?:erp|rf|beta|premium|market return)|"
    r"required return (?:is |of |at |= ?)?\d+(?:\.\d+)? ?%|(?<!market )(?<!market is )expected (?:return )?(?:is |of )?\d+(?:\.\d+)? ?%|needed for|"
    r"(?:a|per) (?:day|week|month|quarter)|p\.?m\.?|loss|losing|(?:market )?premium over|over (?:the )?(?:bills?|rf|cash)|above|beats?|monthly|daily|alpha|"
    r"two[- ]factor|fama",
    "irr": r"\d{1,3}\.\d{3}|a further|another \d+ days|days after that|another[^,;]*\d days later|monthly|npv|reinvest\w*",
    "macro-signal": r"cuts?|dovish|eas(?:e|es|ed|ing)|mom|month over month|month on month|monthly|core",
    "vix-expiry": rf"(?:last|past|previous) (?:\d+|two|three|four|five|six)|"
    rf"(?:after|following|before|prior to|past|expir\w+ until) (?:the )?{_MONTHS}(?! \d{{1,2}}\b)|day after|"
    rf"contract (?:after|following|before) {_MONTHS}|(?<!\d )(?<!\d(?:st|nd|rd|th) ){_MONTHS}(?: \d{{4}})?(?: ?(?:and|or|to|&|,|/) ?)(?:the )?{_MONTHS}|spx|"
    rf"weeklys?|(?:after|before|around) the (?!month|next|last|first|one|expir|settle|vix)[a-z]\w*|"
    rf"(?:month|(?<!quick )one) (?:after|before)(?= (?!that|this|it)[a-z])|"
    rf"(?:(?:trading|working|market|week) ?days|sessions|weeks|months|hours)(?= (?:to|until|til+|left|before|from|between|are|is)\b)",
    "next-step": rf"not confirmed|unconfirmed|short (?:\$?\d[\d.,]*k? )?(?:of )?(?:vega|futures|vx)|(?:per|each) tranche|"
    rf"(?:rsi|capm) (?:is |was |has )?triggered(?: today)?|"
    rf"(?<!\d )(?<!k )(?<!in )(?<!vx )(?<!vega )(?:futures|layer one|first layer|layer 1)(?: layer)? (?:is |are )?(?:filled|done|fully on|complete[d]?|full)(?! \$?\d)(?! with)|"
    rf"futures(?: at)? \d[\d.]* ?%|"
    rf"sold|closed|exited|unwound|not filled|{_PERMITS}|{_HARDLY}",
    "plan-hedge": rf"no (?:options|etfs?|etf layer)(?= ?(?:[,.;?]|$))|{_LONG_CONDOR}|{_PERMITS}|{_HARDLY}",
    "rsi": _ORDERED,
    "macd": _ORDERED,
    "etf-tracking": r"daily roll|(?<=% )a year(?! fee)|"
    r"roll yield|annual(?! fee)|backward\w+|inverted|inverse|downward|down|(?:per|a|each) (?:week|day|year|quarter)|/ ?(?:week|day|year|wk|yr)|annually|"
    r"yearly|weekly|(?<!x )daily(?! (?:vol|sigma|reset|comp|roll|lever))|short vix|svxy|svix",
    "break-even": rf"in total|(?:one|two|some|half) (?:is |are )?now closed|"
    rf"closed (?:one|it|them|the hedge)|sold (?:one|it|them) of|sold (?:one|half|the hedge)|no longer hedged|(?:hedge|calls?|futures?) expired|unhedged|"
    rf"{_SHORT_HEDGE}|{_LONG_CONDOR}",
    "scenarios": rf"recover\w*|rebound\w*|last (?:week|month|year)|\+ ?/?- ?\d+(?:\.\d+)?|±|{_SHORT_HEDGE}|{_LONG_CONDOR}",
    "capm-levels": r"calendar",
    "conversion": r"size|fees? (?:of )?\$?[\d.]+ (?:each|per|a )|\$?[\d.]+ (?:in )?fees? (?:each|per|a )|\$?[\d.]+ (?:each|per (?:contract|pair)) (?:in )?fees?",
}
_ONLY_AN_OUTPUT: dict[str, str] = {
    "advance-decline": r"between|add|up|down|rose|fell",
    "macro-signal": r"between|gap between|not",
    "irr": r"minus|plus|another|further|extra|again|between",
    "scenarios": r"minus|plus|another|up|down|drops?|falls?|rises?|gains?|loses?|higher|lower",
    "break-even": r"plus",
    "vix-expiry": r"not|between|both|after",
    "conversion": r"both|plus|minus",
    "instrument-vega": r"another",
}


def unmodelled(
    text: str, calculator: str, spans: Sequence[tuple[int, int]], numbers: Sequence[tuple[int, int]], *, follow_up: bool = False
) -> tuple[str, ...]:
    """Words of a lower-case question whose effect on its numbers is not understood, in the order of the text.

    `spans` are stretches that were understood: 'no tax', 'not 40 but 25 lots'. `numbers` are the places of the numbers. In a follow-up
    words of change count too: '5 lots more' is no new number of lots.
    """
    anywhere = [_ANYWHERE, *([_BY_CALCULATOR[calculator]] if calculator in _BY_CALCULATOR else [])]
    harmless = _ONLY_AN_OUTPUT.get(calculator)
    found: dict[int, str] = {}
    beside = [_BESIDE, *([_CHANGES] if follow_up else [])]
    anywhere += [_TAKES_AWAY] if follow_up else []
    for patterns, everywhere in ((anywhere, True), (beside, False)):
        for match in re.finditer(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", text):
            understood = any(start <= match.start() and match.end() <= end for start, end in spans)
            if understood or (harmless and re.fullmatch(harmless, match.group())):
                continue
            if everywhere or _is_near(text, match.start(), match.end(), numbers, _MOST_AHEAD if follow_up else _MOST_BEHIND):
                found.setdefault(match.start(), match.group())
    signed = _ADDED.search(text) if follow_up else None
    if signed is not None and not any(start <= signed.start() < end for start, end in spans):
        found.setdefault(signed.start(), signed.group())
    return tuple(found[place] for place in sorted(found))


def _is_near(text: str, start: int, end: int, numbers: Sequence[tuple[int, int]], behind: int) -> bool:
    """Whether a number stands close to a stretch of the text, with no pause between."""
    for first, last in numbers:
        if first < end and start < last:
            return True
        ahead, between = first >= end, text[end:first] if first >= end else text[last:start]
        if len(between.split()) <= (_MOST_AHEAD if ahead else behind) and not _PAUSE.search(between):
            return True
    return False
