"""Words that tell nothing about which input a number is, and words of things that no input is."""

from __future__ import annotations

SOMETHING_ELSE = frozenset(
    """
    account accounts portfolio margin budget cash loss losses profit credit premium inflation savings salary income nav budgeted
    holiday earnings fomc meeting commission commissions fee fees broker
    """.split()
)
"""Things beside the point of a calculation that does not take them."""

SAYING_NOTHING = frozenset(
    """
    a about ah again actually also an and any anyway are aren as ask asking at back be became because become becomes been being better both but by
    calculate calc came can change changed check come comes compute cool could damn day days did didn do does doing done dte each either else
    equals even exactly expiration expiry first fine for from gave get gets getting give given go goes going gone good got great had has have haven
    having hello help here hey hi hm hmm hmmm how however huh i if im in instead is isn it its ive just k keep kept left let lets like lol look lot lots
    made make makes making many may maybe me mean meant might mind mine more much must my nah need needs new nice no nope not now of oh ok okay on one only
    oops or our out over own pct percent perhaps please pls point points pops pop popped pricing pts put puts quick quickly rather really recalc
    recompute redo rerun run runs said same saw say saying see set should show shows so some something sorry still such suppose supposing sure take taken
    takes than thanks that thats the their them then there these they thing things think this those though thx till time times to today tomorrow too took
    trading calendar try turn turned turns two uh uhh um until up us usd use used using vol vols wait want wants was wasn we well went were weren what
    whats when where which while who will with wonder wondering works would wouldn wrong x yeah year yep yes yet you your yours dollars weeks week
    contract contracts actual real id ill scrap default
    all everything unchanged constant equal right true instead filled done entered typo mistake correction corrected happens happen happened assume assuming say imagine
    increases increase increased decreases decrease decreased moves move moved moving jumps jump jumped spikes spike spiked climbs climb climbed
    low lower lowest high upper highest bottom top
    drops drop dropped falls fall fell rises rise rose sinks sank slides slid widens tightens grows grow grew shrinks shrink ends end ended
    """.split()
)
"""Words of a follow-up that change nothing about which input a number is; what they change about the number itself is read elsewhere."""
