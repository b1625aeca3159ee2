"""Words that tell which calculation is asked for, or that none is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

_CALL = r"(?:calls?|puts?|options?|\d+(?:\.\d+)?\s?[cp]\b)"
_BREAK_EVEN = r"(?:\bbe(?= (?:w/|with|after|incl)\b| w/)|\bbreak[- ]?evens?\b|\bbes\b|\bb/es?\b)"
_HELD = r"\b(?:vxms?|vx|vix futures?|minis?|mini futures?|(?:vix|\d+|strike) calls?|vxx|uvxy|futures|hedge[sd]?|hedging)\b"
_OUTPUT_IV = (
    r"\bimplied(?: sigma)?\W*$|\bimplied sigma\b|^(?:the )?(?:implied vol\w*|iv)\b(?!\s*(?:is|at|=|\d))|\bimplied vol\w*\s*:|(?:->|→)\s*iv\b|\b(?:iv|"
    r"implied vol\w*)\s*=?\s*\?|(?<!% )(?<!%)(?<!pct )\b(?:iv|implied vol\w*)(?:\s+(?:pls|please|thx|thanks))?\s*(?:\([^)]*\))?\W*$|\biv (?:off|from|at) (?:the )?mid\w*|"
    r"\b(?:what|which)(?:'?s| is| are)?\s+(?:the\s+)?(?:market(?:'s)?\s+)?(?:iv|implied vol\w*|vol\w*)\b(?!\s+(?:of|on) the (?:book|hedge))|"
    r"\b(?:implied vol\w*|iv)\s+(?:of|for|from|on)\s+(?:a|an|the|my|this)?\s*|\binvert\b|"
    r"\bback(?:ing|ed)?\s+(?:the\s+|an?\s+)?(?:implied\s+)?(?:vol\w*|iv|sigma)\s+out\b|"
    r"\b(?:solv(?:e|ing)|back(?:ing|ed)? (?:it |that )?out)\b.*\b(?:vol\w*|iv|"
    r"sigma)\b|\bimplying\b|"
    r"\b(?:get|give|find|need|want|show)\s+(?:me\s+)?(?:the\s+|an\s+)?(?:iv|implied vol\w*|sigma)\b|\bvol\w*\s+(?:is\s+)?implied\b|\bimplies what vol\w*"
)
# For each calculator patterns with their weight; the weights of those that occur add up.
CUES: Mapping[str, Sequence[tuple[float, str]]] = {
    "layer-split": (
        (2.0, r"\blayer-split\b"),
        (0.7, r"\b(?:hedge|vega|book)\b.*(?:\$|\bdollars?\b|\bmuch\b|\bleft\b|\bleaves?\b|\bfloor\b|\bcap\b).*\b(?:futures|vx|calls?|etfs?|layers?|clip|tranche)\b|"
              r"(?:\$|\bdollars?\b|\bmuch\b).*\b(?:futures|vx|calls?|etfs?|layers?|clip|tranche)\b.*\b(?:hedge|vega)\b|\bhedge\b.*(?:\$|\bdollars?\b).*%"),
        (0.6, r"\d[\d,.]*k?\s+(?:\w+\s+)?hedge\b|\bhedge\b\W*\$?\d|\b(?:each|all|per|across)\b.*\blayers?\b|\bh\s+\d"),
        (0.9, r"\bhow (?:big|large|much)\b.*\b(?:tranche|clip|increment|slice)s?\b.*(?:%|\bpct|\bpercent)|"
              r"(?:%|\bpct|\bpercent).*\bhow (?:big|large|much)\b.*\b(?:tranche|clip|increment|slice)s?\b"),
        (0.9, r"\b(?:each|every|per) (?:call )?(?:clip|tranche|increment)\b|\b(?:futures?|vx)\s*/\s*calls?\s*/\s*(?:etfs?|fund)"),
        (0.9, r"^(?=.*\bhow (?:big|large|much|many)\b)(?=.*(?:\$|\bdollars?\b|\busd\b))(?=.*\d\s?(?:%|pct\b|percent\b)).*\b(?:futures?|vx|calls?|etfs?|layers?)\b"),
        (0.9, r"\b(?:most|least|max\w*|min\w*)\b.*\b(?:park|put|hold|have|place|carry)\b.*\b(?:in|into) (?:the )?(?:vx|futures)\b"),
        (1.8, r"\b(?:size|compute|calculate|calc|work out)\b.*\b(?:tranche|clip|increment|layers?|futures|calls?|etfs?)\b.*\b(?:my|our) (?:whole |total )?hedge\b"),
        (1.4, r"\bsplit (?:up )?(?:the|my|our|this) (?:whole |entire )?hedge\b"),
        (2.2, r"\b(?:size|compute|calculate|calc|work out)\b.*\b(?:my|our) (?:three |3 |all )?(?:hedge )?"
              r"(?:layers|tranches|futures (?:band|range|layer|slice)|split|increments?)\b|"
              r"\b(?:my|our)\b.*\b(?:futures|vx) (?:band|range|layer)\b.*(?:\$|\bdollars?\b|\busd\b)|"
              r"^(?=.*(?:\$|\bdollars?\b|\busd\b)).*\b(?:tranche|clip|increment|futures layer|etf layer)s?\b.*\b(?:my|our) (?:hedge|plan|book)\b"),
        (1.0, r"\bh\b\s*=|\bsplit\w*(?! (?:the|my|our|this) (?:whole |entire )?hedge)|\bcarve\b|\bdivid\w+\b|\bdistribut\w+|\ballocat\w+|\blayer split\b"),
        (0.6, r"\b(?:hedge|planned|total|of|condor|book)\b.*\bvega\b|\bvega (?:plan|book|budget)\b|\bh\b\s*(?:=|of|is)|\bvega\b"),
        (0.4, r"\bplanned (?:hedge )?vega\b"),
        (0.6, r"\b(?:futures|vx)\b.*\b(?:band|range|share|min\w*|max\w*)\b|\b(?:band|range|min\w*|max\w*)\b.*\bfutures\b"),
        (0.5, r"\bincrements?\b|\btranches?\b|\bleft (?:over )?for\b|\brest\b|\bremain\w*|\bin (?:vix |vx |the )*futures\b|% (?:to |of it in )?(?:the )?futures|"
              r"\blayers?\b"),
    ),
    "iron-condor": (
        (1.0, r"\b(?:iron condor|condors?|ic|ics)\b"),
        (0.8, r"(?:\d[\d,.]*\s*/\s*){3}\d|(?:\b(?:short|long|sold|bought|sell|buy)\s+\d[\d,.]*\s?[pc]\b\W*(?:and\s+)?){3}|"
              r"\bshort put\b|\blong call\b|\b(?:short|sold)\s+\d[\d,.]*\s+(?:put|call)\b|(?:\d+[pc]\b\W+){3}"),
        (0.6, r"\bput spreads?\b.*\bcall spreads?\b|\bcall spreads?\b.*\bput spreads?\b|\bputs?\b.*\bcalls?\b.*\bcredit\b|\bwings?\b.*\bshorts\b"),
        (0.6, r"\b(?:max\w*|worst|biggest|largest)\W+(?:loss|profit|gain|case)|\bbreak[- ]?evens?\b|\breturn on (?:risk|capital)\b|\broi\b|"
              r"\bror\b|\bgreeks\b|\bpop\b|\bprobability of profit\b|\bcan i lose\b"),
        (0.6, r"\b(?:chances?|odds|probability|likelihood)\b.*\b(?:profit|money|keep\w*|win\w*|breach\w*)\b|\b(?:profit|money|keep\w*)\b.*\b(?:chances?|odds|probability)\b"),
        (0.3, r"\bcredit\b|\bsold (?:for|at)\b"),
        (-1.5, r"\bhow (?:do|should|would|can|could) (?:i|we) (?:best )?hedge\b"),
    ),
    "instrument-vega": (
        (2.0, r"\binstrument-vega\b"),
        (1.1, r"\b(?:dollar|usd|\$|hedge)?\s*vega\b.*\b(?:per (?:contract|share)|of (?:a|an|one|the|two|\d)|vs spot)\b|\bper (?:vix[ -])?(?:point|pt)\b|"
              r"\bper contract vega\b|(?:\$|\bdollars?|\busd)\s?(?:hedge )?vega per (?:lot|contract|future|mini|share)\b"),
        (0.7, r"\b(?:vx|vxm|vix futures?|minis?|mini)\b.*(?:\bvega\b|\$\s?(?:vega|per))|"
              r"\bvega\b.*\b(?:vx|vxm|vix (?:futures?|\d*\s*calls?)|minis?|etf|share)\b"),
        (0.6, rf"\bvix\b.*\b{_CALL}.*\bvega\b|\bhedge vega\b.*\b{_CALL}|\bvix etf\b.*\bvega|\bvega\b.*\betf"),
        (1.3, r"\b(?:1|one|a|an?) (?:point|pt|handle|vix point|vix pt) (?:vix )?(?:move|rise|jump|pop|change|uptick)\b.*\b(?:per contract|make|worth|pay|do)\b|"
              r"\b(?:make|worth|pay|do)\b.*\b(?:1|one|a|an?) (?:point|pt|handle) (?:vix )?(?:move|rise|jump|pop|change|uptick)\b"),
        (1.1, r"(?:\$|\b(?:dollars?|usd|much|worth|makes?|moves?)\b).*(?:\b(?:per|a|for|when|if)\s|/)(?:the |one |spot |a )*vix (?:(?:goes|pops|rises|gains|moves|ticks|"
              r"is|jumps|adds)|(?:up )?(?:by )?(?:an? |one |1 )?(?:vix )?(?:points?|pts?|handle))\b|"
              r"\b(?:earns?|makes?|gains?|pays?|worth)\b.*\b(?:per|for (?:each|every|an?|one)) (?:(?:one|1|full|single)[ -])?(?:point|pt) "
              r"(?:rise|move|gain|jump|up|higher|increase)\b.*\bvix\b|"
              r"\bper (?:spot )?vix (?:point|pt|handle)\b|\bper contract\b.*\b(?:vega|exposure)\b|\b(?:vega|exposure)\b.*\bper contract\b|\bbeta to (?:spot )?vix\b"),
        (0.6, r"\bvega\b.*\b(?:one|an?|1|each|per|single)\s+(?:\w+\s)?(?:vx|vxm|mini|minis|contract|future|vix (?:future|call))\b"),
        (1.1, r"\bfor (?:each|every) (?:point|pt) (?:the |spot )?vix\b|\bvix\s?\+\s?1\b|\bsensitiv\w+|\b(?:exposure|vega) (?:to|against|versus|vs) (?:the )?(?:spot )?vix\b"),
        (1.7, r"^(?=.*(?:\$|\b(?:vega|dollars?|exposure)\b)).*\b(?:one|1|single)\s+(?:vx|vxm|vix future|mini(?: vix)?)\b"),
        (0.4, r"\b(?:dollar|usd|\$) vega\b|\bexposure\b|\bworth per vix point\b|\bbeta\b"),
    ),
    "option-price": (
        (2.0, r"\boption-price\b"),
        (1.0, rf"\b(?:price|value|worth|premium|fair value|cost)\b.*\b{_CALL}|\b{_CALL}.*\b(?:price|value|worth|premium|fair value)\b"),
        (0.8, r"\bblack[- ]?(?:scholes|76)\b|\bb76\b"),
        (1.0, r"\b(?:theoretical|theo|fair)\b.*\bstrike\b"),
        (0.8, r"\b(?:gamma|theta)\b"),
        (0.6, rf"\b(?:delta|theta|gamma|greeks)\b.*\b{_CALL}|\b{_CALL}.*\b(?:delta|theta|gamma|greeks)\b"),
        (0.4, rf"\b{_CALL}"),
    ),
    "implied-volatility": ((2.2, _OUTPUT_IV), (0.8, r"\bimplied (?:on|of|for)\b|\bvol\w*\s*\?|\b(?:what|which) vol\w*|\bpricing in\b"), (0.4, rf"\b{_CALL}")),
    "conversion": (
        (1.8, r"\b(?:conversions?|reversals?)\b|\bparity\b|\bsynthetic future\b"),
        (0.6, r"\b(?:call|c)\b\W*[\d.]+\s*[-/]\s*[\d.]+.*\b(?:put|p)\b\W*[\d.]+\s*[-/]"),
    ),
    "vix-expiry": (
        (2.0, r"\bvix-expiry\b"),
        (1.4, r"\b(?:expir\w+|expiry|settle\w*|last (?:trading )?day|stop trading|dte of|days (?:left )?until)\b"),
        (0.8, r"\bexp\b|\b(?:tues?|wed|tuesday|wednesday)\b|\b(?:off the board|roll off|final settlement|vro)\b"),
        (0.4, r"\bwhen\b|\bdates?\b|\bnext \w+ (?:vix|vx)|\bvix\b"),
    ),
    "wacc": ((1.6, r"\bwacc\b|\bweighted (?:average|avg)\b|\bcost of capital\b"), (0.4, r"\bequity\b.*\bdebt\b")),
    "capital-cost": (
        (1.2, r"\b(?:capital cost|cost of capital|wacc)\b"),
        (1.2, r"\b(?:wacc|cost|capital)\b.*\b(?:each|every|per|by|of) layers?\b|"
              r"\b(?:each|every|futures?|call|etf) layers?\b.*\b(?:wacc|cost of capital)\b|\bcarry drag\b|"
              r"\bcondor\b.*\bfutures\b.*\b(?:wacc|debt|borrowed)\b|\bmargin\b.*\bborrowed\b"),
    ),
    "capm": ((1.5, r"\bcapm\b|\bcapital asset pricing\b"), (0.8, r"\bbeta\b.*\b(?:erp|premium|market|risk[- ]free|rf)\b"), (0.4, r"\bexpected return\b|\bcost of equity\b")),
    "capm-levels": (
        (2.0, r"\bcapm-levels\b"),
        (1.2, r"\bcapm\b"),
        (1.4, r"\b(?:levels?|bands?|lower|upper|sigma|adjusted)\b.*\b(?:spx|index|capm)\b|"
              r"\bcapm\b.*\b(?:levels?|bands?|horizon|sigma|trading days)\b"),
    ),
    "irr": ((2.0, r"\bx?irr\b|\binternal rate\b|\bannuali[sz]ed return\b"), (0.6, r"\bcash ?flows?\b")),
    "rsi": ((1.8, r"\brsi\b|\brelative strength\b"),),
    "macd": ((1.8, r"\bmacd\b(?!\W+(?:is\s+|turned\s+|has turned\s+|still\s+)?(?:bullish|bearish))(?<!bullish macd)(?<!bearish macd)"),),
    "advance-decline": (
        (1.6, r"\bup (?:issues|stocks|volume)\b.*\bdown (?:issues|stocks|volume)\b|\bcumulative a/?d\b|\badvanc\w+\b.*\bdeclin\w+\b|\ba/?d line\b|\bbreadth line\b|"
              r"\badvance[- /]?decline\b|\bcumulative breadth\b|\badv\w*\b.*\bdec\w*\b"),
        (0.5, r"\d[\d,]*\s+up\b.*\d[\d,]*\s+down\b|\bbreadth\b"),
    ),
    "macro-signal": (
        (1.4, r"\bcpi\b.*\bppi\b|\bppi\b.*\bcpi\b|\bconsumer (?:price|inflation)\w*\b.*\bproducer (?:price|inflation)|"
              r"\bproducer (?:price|inflation)\w*\b.*\bconsumer (?:price|inflation)"),
        (0.8, r"\b(?:hikes?|cuts?|surprise)\b.*\b(?:consensus|expected|priced)\b"),
        (1.2, r"\d\s?(?:bps?\b|basis)\W*(?:was |were |is )?(?:expected|priced|consensus)\b.*\b(?:actual\w*|hike[sd]?|cut|got)\b"),
        (1.2, r"\b(?:hike|cut)\w*\b.*\d\s?(?:bps?\b|basis).*\b(?:expected|priced|consensus)\b"),
        (1.2, r"\b(?:fomc|fed|funds)\b.*\b(?:surprise|expected|priced|consensus)\b|\bsurprise\b.*\b(?:fomc|bp)\b|\bkuttner\b"),
        (1.2, r"\b(?:kuttner|scaled) (?:\w+ )?surprise\b"),
        (0.6, r"\bdivergence\b|\bgap\b"),
        (0.6, r"\b(?:cpi|ppi)\b"),
    ),
    "break-even": (
        (1.3, r"\b(?:combined|after (?:each|the|all|every)|hedged)\b.*\bbreak[- ]?evens?\b|"
              r"\bbreak[- ]?evens?\b.*\b(?:after|combined|with|shift\w*|mov\w+|adding|plus|from)\b.*\b(?:hedge|layer|vx|vxm|calls?)\b"),
        (0.8, _BREAK_EVEN),
        (1.3, rf"{_BREAK_EVEN}.*{_HELD}|{_HELD}.*{_BREAK_EVEN}"),
        (0.9, r"\b\d+\s+(?:vx|vxm|vix futures?|vix \d+)\b.*(?:->|\bfrom\b|\bmark|\bat\b)"),
        (0.5, r"(?:\d[\d,.]*\s*/\s*){3}\d"),
    ),
    "scenarios": (
        (1.2, r"\bspx\s*[+-]\s?\d[\d.]*\s?%.{0,12}\bvix\s*[+-]\s?\d"),
        (1.4, r"\b(?:if|when|and|with)\s+(?:the\s+)?(?:spx|s&p|vix)\b.{0,20}?(?:\b(?:falls?|drops?|loses|rises?|gains?|jumps?|spikes?|moves?|goes|down|up)\b|[+-]\s?\d)"),
        (1.2, r"\b(?:spx|s&p|market|index)\b.{0,15}?(?:falls?|drops?|loses|rises?|gains?|jumps?|down|up|lower|higher|sells? off|crash\w*|rall\w+)\b.*\bvix\b.*\d"),
        (1.6, r"\bscenarios?\b|\bstress\w*\b|\bshocks?\b|\bwhat if\b.*\bspx\b.*\bvix\b"),
        (0.9, r"\bspx\b.*(?:%|percent|pct).*\bvix\b.*\d"),
        (0.4, r"(?:\d[\d,.]*\s*/\s*){3}\d|\bp/?l\b|\bpnl\b"),
    ),
    "etf-tracking": (
        (2.0, r"\betf-tracking\b"),
        (1.0, r"\b(?:slope\w*|contango|backwardation)\b.*\b(?:drag|roll|lose[sd]?|loss|cost|eat)\b|\b(?:drag|roll|lose[sd]?|loss|cost)\b.*\b(?:slope\w*|contango|"
              r"backwardation)\b"),
        (1.4, r"\b(?:roll drag|roll cost|decay|tracking|compounding loss|volatility drag|roll down|lose to the roll|lose[s]? to roll)\b"),
        (0.8, r"\b(?:etf|fund|vxx|uvxy|vixy)\b.*\b(?:roll|drag|contango|backwardation|slope|los[es]+)\b|\b(?:contango|slope)\b.*\b(?:etf|fund)\b"),
        (0.3, r"\b(?:etf|fund|vxx|uvxy|vixy)\b"),
    ),
    "next-step": (
        (2.0, r"\bnext-step\b"),
        (1.3, r"\bstage check\b|\b(?:am i|are we) armed\b|\bwaiting (?:on|for)\b|\bwait for\b|\bnext (?:move|action|hedge step|layer|trade|order)\b|"
              r"\bwhat(?:'?s| is)? (?:first|now|"
              r"next)\b|\bnext\W*$|\bdo (?:i|we) (?:do )?(?:now|next)\b"),
        (0.6, r"\bmacd\b.*\b(?:a/?d|breadth|advance)\b|\b(?:already|still|yet)\b.*\bplan\w*\b|\b(?:capm|rsi|macro)\b.*\b(?:breach\w*|shift\w*|accelerat\w*|cross\w*)\b"),
        (1.8, r"^(?=.*\d).*(?:\barmed\b|\bare (?:we|you|i) (?:still )?waiting\b|\btime for the (?:first|second|third|next) (?:layer|tranche|clip)\b|"
              r"\bwhich layer (?:do|should|would|can|must) (?:we|i)\b)"),
        (1.8, r"\bnext[ -]step\b|\b(?:which|what) (?:stage|step)\b|\bwhats? (?:do i do |comes |is |should happen )?(?:next|now)\b|\bwhich step\b|\bwhere am i\b|"
              r"\bwhat'?s first\b|"
              r"\bwhich (?:layer|action) (?:is |comes )?next\b|\bdo next\b|\bnext action\b"),
        (0.8, r"\b(?:bullish|bearish)\b|\b(?:breadth|decline|a/d)\b.*\b(?:weak|strong|divergent)\b|\bmacro accelerates\b"),
    ),
    "plan-hedge": (
        (2.0, r"\bplan-hedge\b"),
        (1.6, r"\b(?:hedge plan|plan (?:the|my|a|whole|this)?\s*(?:whole |entire )?hedge|plan for my|build me (?:a|the|my)|build (?:a|the|my) (?:\w+ ){0,2}plan|"
              r"make me a plan|plan it|full (?:\w+ )?plan|plan my)\b"),
        (2.4, r"\bhow many (?:vxm?|minis?|vix futures|vx futures|futures|contracts)\b[^?]*\d[\d.,]*k?\s+(?:of\s+)?(?:hedge\s+)?vega\b"),
        (0.8, r"\bm1\b.*\bm2\b|\bvx1\b|\bcurve\b|\bfront month\b"),
        (0.3, r"\bplan\w*\b"),
        (0.8, r"^plan\b"),
        (1.6, r"\b(?:make|give|draw up|get|show|want|need)\s+(?:me |us )?(?:a|the) (?:hedge |hedging |full |whole )?plan\b|\bplan (?:for )?(?:it|this|that|them|these|those)\b"),
        (2.5, r"^(?=.*(?:\d[\d,.]*\s*/\s*){3}\d).*\bhow (?:do|should|would|can|could) (?:i|we) (?:best )?hedge\b"),
        (1.0, r"\bhedge (?:it|this|that|them|these|those)\b"),
    ),
}  # fmt: skip
# Questions about the method, which numbers do not turn into a calculation.
_KNOWLEDGE = (
    (2.0, r"^why\b"),
    (2.0, r"^(?:and |so )?what(?:'?s| is|s)? (?:the )?(?:min\w*|max\w*|smallest|largest|highest|lowest|most|least) (?:%|percent\w*|pct|share|fraction|part)(?: |$)"),
    (2.0, r"\bneed both\b|\bor is (?:1|one|either) enough\b"),
    (2.0, r"\bdoes (?:that|it|this) (?:change|affect|matter|mean|move|delay|bring|shift)\b|\b(?:agree|comply|consistent|in line|conform|square|compatible) with\b"),
    (2.0, r"\b(?:needs?|has|have|ought|must) (?:to )?(?:stay|remain|be kept)\b|\b(?:what|which) exact\b|\bor just\b.*\?|\d\?\s+\d[\d.]*\?|\bno math\b"),
    (1.4, r"\b(?:matters?|mean|means|count as|counts as|qualif\w+|trigger)\b.*\?|^(?:does|do|is|would|will|may|can)\b.*\b(?:matter|count|mean|break|qualify|start|trigger|"
              r"change)\b|^explain\b|\bhow come\b|\bwhat does an? rsi\b"),
    (2.0, r"^(?:does|do|would|will|can) (?:an? |the |this |that )?\w.*\b(?:speed up|slow down|accelerate|hasten|bring forward|delay)\b"),
    (2.0, r"\bdo(?:es)? (?:anything|something|nothing) (?:to|for|about) the\b|\b(?:any|an) (?:effect|influence|impact|bearing) on the\b"),
    (1.0, r"\b(?:something else|sets? off|triggers?|kicks? in|brings? in)\b"),
    (0.9, r"\b(?:what|where|which|when) (?:do|does|did) (?!i do\b)|\bwhere does\b"),
    (3.0, r"\bwhat (?:happens|goes wrong|could go wrong|role)\b|\baccording to\b|\bright order\b"),
    (1.0, r"\b(?:the|this) (?:article|page|method|source|document)\b|\bhow many (?:vix|vx|futures|calls|contracts|legs)\b"
          r"(?!.*\d[\d.,]*k?\s+(?:of\s+)?(?:hedge\s+)?vega)|"
          r"\bshould (?:i|we|the|wings)\b|\brather than\b"),
    (2.2, r"^how (?:does|do|would|will|is)\b(?! (?:i|we|you)\b).*\b(?:chang\w*|affect\w*|influenc\w*|alter\w*|matters?|order|sequence)\b"),
    (0.9, r"^(?:why|explain|who|does|do|is it|are|can i|can the|may i|must|should the)\b|\bwhy\b"),
    (1.0, r"\b(?:rule|rules|allowed|belong|within|inside|by the book|too (?:thin|small|low|high|big|large|light|heavy)|too much|too little|ok|okay|enough|"
          r"still count|exclusive|break the|violat\w+|permitted)\b.*\?|\b(?:too much|"
              r"ok or)\b"),
    (0.8, r"\bwhat (?:are the|does)\b|\binstead of\b|\bwhich (?:macro|vix|layer|instrument)\b"),
    (0.6, r"\bwhat is it\b|\bmeasured on\b|\bhow (?:does|do|is|are)\b(?! (?:i|we|you)\b)|"
          r"\bwhat(?:'?s| is) the (?:role|purpose|reason|difference|order)\b|\bis (?:it|that|this)\b"),
)  # fmt: skip


_LETTERS = re.compile(r"[a-z]+")
# Parts of words, one of which occurs wherever a cue of a calculator does: its patterns are compiled only for a text that holds one.
# One or two letters are a word of their own.
_STEMS: Mapping[str, tuple[str, ...]] = {
    "layer-split": (
        "h", "split", "divid", "distribut", "allocat", "vega", "hedge", "future", "vx", "call", "etf", "increment", "tranche", "left", "rest", "remain", "layer",
        "clip", "slice", "carve",
    ),
    "iron-condor": (
        "condor", "ic", "ics", "/", "short", "long", "sold", "bought", "sell", "buy", "put", "call", "wing", "max", "worst", "biggest", "largest", "break",
        "return", "roi", "ror", "greeks", "pop", "probability", "lose", "credit", "chance", "odds", "likelihood", "p", "c",
    ),
    "instrument-vega": ("vega", "per", "vix", "exposure", "beta", "sensitiv", "vx", "mini"),
    "option-price": ("call", "put", "option", "c", "p", "black", "b76", "gamma", "theta", "theo", "fair"),
    "implied-volatility": ("iv", "impl", "vol", "invert", "pricing in", "call", "put", "option", "c", "p"),
    "conversion": ("conversion", "reversal", "parity", "synthetic", "call", "c"),
    "vix-expiry": ("exp", "settle", "last", "stop", "dte", "days", "tue", "wed", "board", "roll off", "vro", "when", "date", "next", "vix"),
    "wacc": ("wacc", "weighted", "cost of capital", "equity"),
    "capital-cost": ("cost", "wacc", "layer", "carry", "condor", "margin", "capital"),
    "capm": ("capm", "capital asset", "beta", "expected return", "cost of equity"),
    "break-even": ("break", "vx", "vxm", "vix", "/", "bes", "be"),
    "scenarios": ("spx", "s&p", "market", "index", "vix", "scenario", "stress", "shock", "/", "pl", "pnl"),
    "etf-tracking": ("roll", "decay", "track", "compound", "drag", "etf", "fund", "vxx", "uvxy", "vixy", "slope", "contango", "backwardation"),
    "plan-hedge": ("plan", "build", "m1", "vx1", "curve", "front", "hedge", "how many"),
}  # fmt: skip


@cache
def _compiled(name: str) -> tuple[tuple[float, re.Pattern[str]], ...]:
    return tuple((weight, re.compile(pattern)) for weight, pattern in CUES[name])


def cue_scores(text: str) -> dict[str, float]:
    """For each calculator the weight of its cues in a lower-case text."""
    words = set(_LETTERS.findall(text))
    return {name: _score(name, text) if _may_occur(name, text, words) else 0.0 for name in CUES}


def _may_occur(name: str, text: str, words: set[str]) -> bool:
    return name not in _STEMS or any(stem in (words if len(stem) <= 2 and stem.isalpha() else text) for stem in _STEMS[name])


def _score(name: str, text: str) -> float:
    return sum(weight for weight, pattern in _compiled(name) if pattern.search(text))


def knowledge_score(text: str) -> float:
    """How much a text sounds like a question about the method."""
    return sum(weight for weight, pattern in _KNOWLEDGE if re.search(pattern, text))
