"""Whether a question wants to be told what to do, or what will happen, rather than what a method says or a sum comes to."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.patterns import Pattern

_ADVICE = Pattern(
    r"\bpersonally\b|\b(?:better|best|safer|safest|right) for (?:me|my (?!hedge|condor|book))|"
    r"\bmy (?:\$?\d+[.,\d]*k? )?(?:pension|savings|401k|retirement|nest egg|life savings)\b|"
    r"\btarget price\b|\b(?:your|ur) (?:best |own )?guess\b|\b(?:give|make|tell) me (?:an? |your |the )?(?:point |price |vix |spx )*(?:forecast|prediction|outlook)\b|"
    r"(?<!as an )(?<!as a )(?<!is this a )(?<!this a specific )\b(?:buy|sell|trade|trading|stock|investment) recommendation|\brecommend (?:me|a|an|some|which|what)\b|\bhot tip\b|"
    r"\bshould i (?:buy|sell|invest|put (?:my|all|some|\$?\d[\d.,]*k?)|park|go (?:long|short)|short|bet)\b|"
    r"\bwill (?:the )?(?:vix|spx|s&p|market|volatility|vx)\b[^?]*\b(?:be|go|rise|fall|hit|reach|close|spike|drop|crash|stay|end)\b|"
    r"\bwhere will (?:the )?(?:\w+ ){0,2}(?:vix|spx|vx|market|s&p)\b[^?]*\bsettle\b|"
    r"\bwhere (?:will|is|does|do) (?:the )?(?:vix|spx|market|s&p)\b[^?]*\b(?:go|be|headed|heading|close|end up|finish|open)\b"
    r"[^?]*(?:\?|\babove\b.*\bbelow\b|\b20\d\d\b|\b(?:today|tomorrow|week|month|year|mon|tues?|wednes|thurs?|fri)\w*)|"
    r"\bposition size\b[^?]*\bmy account\b|"
    r"^(?:so |ok )?do i (?:buy|short)\b[^?]*\bnow\b|\bshould (?:the|a) trader (?:buy|sell|short|hold)\b|"
    r"(?<!method )(?<!article )(?<!alvh )(?<!rules )\b(?:tell|advise) me (?:whether|if|what to (?:buy|sell|trade))\b|"
    r"(?:^|\b(?:please|you|just|and|then|don['’]?t)\s+)(?:tell|advise) me to\b|"
    r"(?:^|[.;:!?]\s*)(?:please |pls |now )?recommend\b(?! by\b)|\b(?:you|u) (?:choose|pick|decide)\W*$|\bmake me (?:more|the most)\b|"
    r"^(?:(?:please|pls|can you|could you|now|go ahead and)\s+)*(?:place|send|submit|execute|enter|route|cancel)\s+(?:an?\s+|my\s+|the\s+|this\s+|that\s+)?"
    r"(?:\w+\s+){0,2}?(?:orders?|trades?)\b|\b(?:buy|sell) \d[^?]*\b(?:at (?:the )?market|for me|in my account|mkt)\b|"
    r"\bhow (?:many|much)\b[^?]*\bshould i (?:hold|own|have)\b|"
    r"\bwhat should i (?:buy|sell|trade)\b|\b(?:you|can|please|want|need) (?:\w+ )?guarantee\b|\bguaranteed (?:profits?|returns?|gains?|money|win\w*|income)\b|"
    r"\b(?:vix|spx|market|vol\w*|vx)\b[^?]*\b(?:go\w*|headed|heading|mov\w+|tomorrow|next week)\b[^?]*\bup or down\b|"
    r"\b(?:vix|spx|market|vol\w*|vx)\b[^?]*\b(?:higher or lower|lower or higher)\b|"
    r"\bshould i (?:double|average|add to|load up|triple)\b|\bto (?:get|make|win|earn) (?:it|that|this|my (?:money|loss(?:es)?)) back\b|"
    r"\bup or down (?:today|tomorrow|next|this)\b|"
    r"\bis (?:the |a )?\w+(?: \w+)? a (?:buy|sell|short)\b|\bpick (?:me|us) (?:a|an|the|one|some)\b|"
    r"\bwould you (?:buy|sell|short|hold|go long|trade|put|invest)\b|"
    r"^(?:so |ok )?do i (?:sell|dump|close|puke|exit|get out)\b|\b(?:do|should) i\b[^?]*\bor (?:hold|wait|close|keep|stay|sit|not|quit|stop|cut|exit|roll|leave|bail)\b|"
    r"\b(?:too (?:many|much|big|large|risky|small)|safe|suitable) for (?:me|my account|us|someone)\b|"
    r"\bis (?:the )?(?:vix|spx|market)\b[^?]*\b(?:heading|going) to\b|"
    r"\bi['’]?m \d\d\b[^?]*\b(?:should|would|better|saved|retire\w*)\b|"
    r"\bhow (?:many|much)\b[^?]*\b(?:should (?:i|we|he|she|they|my)|ought (?:i|we|he|she|they|my))\b[^?]*\b(?:buy|sell|put|invest|allocate|park|stick)\b|"
    r"\b(?:should|ought) (?:she|he|they|my \w+)\b[^?]*\b(?:buy|sell|invest|put|hold|short|trade)\b|"
    r"(?:^|[.?!;,] )(?:so |ok )?(?:buy|sell|short|hold|roll|close|go long)\b(?! (?:futures|calls|etfs|vx|vix)\b)[^?]*\bor (?:wait|hold|pass|skip|sit|not|sell|buy)\b"
)
_LIFE = (
    r"roth|ira|401\(?k\)?|retire\w*|pension|savings|saved|kids?|college|loan|nervous|wife|husband|mother|mom|dad|father|sister|brother|son|daughter|nephew|niece|uncle|aunt|"
    r"in-law|friend|buddy|boss|client\w*|someone like|guy like"
)
_OWN_LIFE = Pattern(rf"\b(?:{_LIFE}|day job|person like|for me|my (?:own )?account|my money|my portfolio|in my shoes|if you were)\b")
_WE = Pattern(rf"\b(?:me|my|mine|myself|i|i'm|im|we|us|our|u|{_LIFE}|job|account)\b")
_ACTS = Pattern(
    r"\b(?:buy|buying|sell|selling|sold|dump|hold|fold|bail|stay|keep|pick|choose|recommend\w*|suitable|smart|wise|dumb|stupid|crazy|good idea|good time|better|"
    r"put|pull the trigger|size (?:up|down)|all in|the play|convince|promise|get rid|let it ride|average down|double (?:up|down)|close|exit|cut|who'?s right|"
    r"whos right|go long|go short|load up|take (?:the )?(?:profit|loss)|reckon|you choose|tell me|agree)\b"
)
_MARKETS = r"(?:vix|spx|s&p|market|vol|volatility|stocks)"
_FORECASTS = Pattern(
    rf"\b(?:{_MARKETS}|vxx|uvxy|svxy|svix|vx|it)\b[^?.;]{{0,25}}\b(?:will|gonna|going to)\b|"
    rf"\b(?:will|is|are)\b[^?.;]{{0,12}}\b{_MARKETS}\b[^?.;]{{0,20}}\b(?:go|going|be|rise|fall|hit|reach|close|end|spike|drop|crash|hold|break|recover|back|head\w+)\b|"
    r"\b(?:bottomed|topped out|peaked|price target|crash (?:is )?coming|in the bag|hot or cold|by what date|hold into|doubles? (?:before|by)|"
    rf"(?:chances?|odds) (?:of|that|vix|spx|we)|heading (?:to|for|up|down|lower|higher)|where (?:do|does|will|is)\b.*\b{_MARKETS}\b.*\b(?:see|close|end|finish|go|be|by))\b|"
    r"\b(?:tomorrow|tonight|next week|on monday|this friday|by friday|xmas|christmas|year[- ]end|end of q\d)\b"
)
# 'expires tomorrow' tells a day and asks for no forecast.
_EXPIRES = Pattern(
    r"\b(?:expir\w*|exp|settl\w*)\s+(?:is\s+|on\s+|this\s+|next\s+)*(?:tomorrow|tonight|today|(?:mon|tues|wednes|thurs|fri)day|week|month)\b"
)
_WHY = Pattern(r"\b(?:why|how come|what for)\b")
_YOU = Pattern(r"\b(?:you|u|ya)\b")
LEAST = 1.0


def demands_advice(text: str) -> bool:
    """Whether a lower-case question asks in so many words for a recommendation or a forecast."""
    return _ADVICE.search(text) is not None


def sounds_like_advice(text: str, cosines: Mapping[str, float]) -> bool:
    """Whether its words and the closest examples together (cosine by label) say so.

    The weights are those of a logistic regression over 4,400 questions of our own, 86 of them for advice, rounded; in cross-validation it
    finds four of five of those and takes one of two hundred others for one.
    """
    advice = cosines.get("ADVICE")
    if advice is None:
        return False
    text = _EXPIRES.sub("", text)
    lead = advice - max((cosine for label, cosine in cosines.items() if label != "ADVICE"), default=1.0)
    we, acts, forecasts = (float(pattern.search(text) is not None) for pattern in (_WE, _ACTS, _FORECASTS))
    own_life, you = (float(pattern.search(text) is not None) for pattern in (_OWN_LIFE, _YOU))
    score = 2.0 * advice + 5.2 * lead - 8.4 * cosines.get("KNOWLEDGE", 0.0) + 2.2 * we + 1.9 * own_life + 1.5 * you - 2.8
    score -= 3.0 * (_WHY.search(text) is not None and not own_life)
    score += (1.7 + 3.0 * advice) * acts + (5.7 + 2.2 * advice) * forecasts
    return score >= LEAST
