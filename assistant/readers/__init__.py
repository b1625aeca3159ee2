"""Readers of what single values cannot tell: strikes, quotes, series, cash flows, hedges, curves, signals."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistant.inputs.binding import bind, bind_choices, is_plausible
from assistant.inputs.draft import Draft
from assistant.inputs.slots import every_slot_of, needed_beside
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers import book, calls, capital, condor, curve, hedges, macro, market, money, months, options, quotes, rows, shocks, states, vega

MOST_SIGMAS = 6.0
Reader = Callable[[Draft], None]
_SPOT_VIX = r"\b(?:spot vix|vix spot|spot)\W*(?:index\W*)?(?:is |at |= ?)?\d+(?:\.\d+)?"
# What a condor's spot, days and volatility are needed for; '16 delta' names its strikes.
_WANTS_GREEKS = Pattern(r"\b(?:vegas?|(?<!\d )(?<!\d-)(?<!\dd )deltas?|thetas?|gammas?|greeks?|pop|prob\w*|odds|chances?|likel\w+|exposure)\b")


def _iron_condor(draft: Draft) -> None:
    if _WANTS_GREEKS.search(draft.text):
        draft.wanted = needed_beside("iron-condor", {"implied_volatility": None})
    condor.read_condor(draft)
    market.read_expiry(draft)


def _instrument_vega(draft: Draft) -> None:
    kind = options.read_instrument(draft)
    if kind == "etf":
        hedges.read_fund_legs(draft)
        rows.read_leverage(draft)
        draft.says(r"\bbeta\b[^;?]*?\d\s+(?:on|for|of|in) both\b")
    elif kind == "vix_call":
        options.read_strike(draft)
        draft.says(_SPOT_VIX)  # its own future is asked for and given apart
    else:
        price = draft.after(r"\b(?:vx\w?|futures?|marked|priced?|trading|trades|quoted)\b", "number", "points")
        if price is not None and market.PLAUSIBLE_FUTURE[0] <= price.number <= market.PLAUSIBLE_FUTURE[1]:
            draft.use(price)  # a future's exposure does not depend on its price
        draft.says(_SPOT_VIX)
    market.read_expiry(draft)


def _option(draft: Draft) -> None:
    options.read_option(draft)
    draft.says(r"\b(?:its|the condor['’]?s?|condor['’]?s?) (?:short|long) (?:put|call)\b")  # a leg by its name has the price of any such option
    if draft.slot("price_index_points") is not None:
        quotes.read_middle(draft)
        options.read_premium(draft)
    if draft.inputs.get("model") == "black76":
        draft.slots = tuple(slot for slot in draft.slots if slot.name != "spot")  # an index level beside an option on a future is a remark
    if re.search(r"\bvix\b[^,;]{0,12}\b(?:as|for) (?:the |my )?(?:implied )?(?:vol\w*|iv)\b", draft.text):
        market.read_level_as_volatility(draft)
    market.read_expiry(draft)


def _conversion(draft: Draft) -> None:
    quotes.read_quotes(draft)
    if draft.inputs.get("underlying") == "vix":
        draft.slots = tuple(slot for slot in draft.slots if slot.name != "spot")  # the spot VIX is not what its options are on
        draft.says(r"\b(?:spot vix|vix spot|spot)\W*(?:is |at |= ?)?\d+(?:\.\d+)?")
    market.read_expiry(draft)


def _break_even(draft: Draft) -> None:
    condor.read_condor(draft, "condor.")
    hedges.read_hedges(draft)
    for place, hedge in enumerate(draft.inputs.get("hedges") or []):
        if "mark_price" not in hedge:
            draft.ask(
                f"hedges.{place}.mark_price",
                "index_points",
                f"At what price does the hedge in {hedge['instrument']} stand now? Its gain or loss moves the break-evens.",
            )
    market.read_expiry(draft, "condor.expiry")


_BEATS = Pattern(
    r"\b(?:stocks|equities|shares|(?:the )?(?:market|index|spx|s&p))\s+(?:beats?|outperforms?|outruns?|(?:earn|return|yield|make|pay)s?\s+more than)\s+"
    r"(?:(?:them|it|that|those|bills|treasur\w+|t-?bills?|cash|the risk[- ]free(?: rate)?|rf)\s+)?(?:by\s+)?$"
)
_ZERO_BETA = Pattern(r"\bzero[- ]beta\b|\bbeta(?: of| is| at| =|=|:)?\s+(?:zero|nil)\b")


def _capm(draft: Draft) -> None:
    """'rm - rf = 5%' is the premium; a rate without words may be the market's return as well."""
    zero = _ZERO_BETA.search(draft.text)
    if zero is not None:
        draft.take("beta", Quantity(zero.group(), *zero.span(), "number", 0.0, note="spelled"))
        draft.spans.append(zero.span())
    for quantity in draft.free("fraction", "bp"):
        beats = _BEATS.search(draft.left(quantity))
        if beats is not None:
            draft.take("equity_risk_premium_fraction", quantity)
            draft.spans.append((quantity.start - len(beats.group()), quantity.end))
        elif re.search(r"\brm\s*[-−–]\s*rf\)?\s*(?:=|is|of|at|:)?\s*$|\brm\s*=\s*rf\s*\+\s*$", draft.left(quantity)):
            draft.take("equity_risk_premium_fraction", quantity)
    if not draft.follow_up and re.search(r"\b(?:market|mkt|rm|index|spx|s&p|premium|erp|mrp|emrp|rp)\b", draft.text) is None:
        draft.slots = tuple(slot for slot in draft.slots if slot.name not in ("market_return_fraction", "equity_risk_premium_fraction"))


def _scenarios(draft: Draft) -> None:
    condor.read_condor(draft, "condor.")
    shocks.read_shocks(draft)
    hedges.read_hedges(draft)
    shocks.read_horizon(draft)
    market.read_expiry(draft)


def _next_step(draft: Draft) -> None:
    states.read_next_step(draft)
    vega.read_planned_vega(draft)
    market.read_as_of(draft, always=True)
    states.read_last_tranche_day(draft)


def _plan_hedge(draft: Draft) -> None:
    market.read_as_of(draft, always=True)
    calls.read_calls(draft)
    curve.read_curve(draft, "market.futures")
    left = [day for day in draft.free("date") if not market.is_event(draft, day)]
    if "as_of" not in draft.origin and len(left) == 1 and not re.search(r"\b(?:expir\w*|exp|settl\w+)\W*$", draft.left(left[0])):
        draft.take("as_of", left[0])
    states.read_plan_signals(draft)
    states.read_permissions(draft, "portfolio.account")
    market.read_index_level(draft)
    # Beside a book the hedge vega is computed: a stray amount is none.
    vega.read_planned_vega(draft, lone=re.search(r"\b(?:condors?|ics?|puts?|lots?)\b", draft.text) is None and not draft.free("series"))
    book.read_book(draft)


def _read_several_z(draft: Draft) -> None:
    """'at z = 1 and 2' and 'the 1 and 2 sigma levels' ask for the levels of both."""
    first = draft.after(r"\bz\b", "number", "sigma") or next(
        (
            one
            for one in draft.free("number", "sigma")
            for two in draft.free("sigma")
            if re.fullmatch(r"\s*-?\s*(?:and|,|&|/)\s*", draft.text[one.end : max(two.start, one.end)])
        ),
        None,
    )
    if first is None:
        return
    second = next(
        (q for q in draft.free("number", "sigma") if re.fullmatch(r"\s*-?\s*(?:and|,|&|/)\s*", draft.text[first.end : max(q.start, first.end)])), None
    )
    if second is not None and 0 < first.number < second.number <= MOST_SIGMAS:
        draft.take("z", first, [first.number, second.number])
        draft.use(second)


def _capm_levels(draft: Draft) -> None:
    _read_several_z(draft)
    anchor = draft.after(r"\b(?:from|off|anchored|anchor)\b", "number", "points")
    spot = draft.slot("spot")
    if anchor is not None and spot is not None and is_plausible(anchor, spot):
        draft.take("spot", anchor)
    market.read_level_as_volatility(draft)
    trading = draft.free("trading_days")
    if trading:
        weeks = [quantity for quantity in draft.free("days") if quantity.note == "weeks" and quantity.number / 7 * 5 == trading[0].number]
        draft.use(*weeks)
        draft.take("horizon_days", trading[0])
    elif len(draft.free("days")) == 1 and draft.free("days")[0].note != "weeks" and draft.free("days")[0].number.is_integer():
        draft.take("horizon_days", draft.free("days")[0])


READERS: Mapping[str, Reader] = {
    "layer-split": vega.read_layer_split,
    "iron-condor": _iron_condor,
    "instrument-vega": _instrument_vega,
    "option-price": _option,
    "implied-volatility": _option,
    "conversion": _conversion,
    "vix-expiry": months.read_vix_expiry,
    "irr": money.read_cash_flows,
    "wacc": capital.read_capital,
    "capital-cost": money.read_layers,
    "etf-tracking": rows.read_fund_path,
    "next-step": _next_step,
    "rsi": rows.read_rsi,
    "macd": rows.read_macd,
    "advance-decline": rows.read_breadth,
    "capm": _capm,
    "capm-levels": _capm_levels,
    "macro-signal": macro.read_macro,
    "break-even": _break_even,
    "scenarios": _scenarios,
    "plan-hedge": _plan_hedge,
}


def _note_fund(draft: Draft) -> None:
    """A fund whose holdings and leverage are given: its name tells nothing more."""
    if {"futures", "leverage"} <= set(draft.inputs):
        draft.says(r"\b(?:uvxy|svix|svxy)\b")


def _note_future(draft: Draft) -> None:
    """An option on a future whose price is given: the index beside it changes nothing."""
    if draft.inputs.get("model") == "black76" and "forward" in draft.inputs:
        draft.says(r"\b(?:spot vix|vix spot|spot)\b")


_VALUES = r"\b(?:value|p/?l|pnl|mark)\b"


def _note_levels(draft: Draft) -> None:
    """Levels of SPX and the VIX beside a condor whose days are not given and of which nothing is asked that depends on them are remarks."""
    names = ("spot", "implied_volatility")
    taken = [draft.origin.get(name) for name in names]
    words = (r"\b(?:spx|s&p)\W*(?:(?:is|at|now|last)\W*)?$", r"\bvix\W*(?:(?:is|at|now|last)\W*)?$")
    levels = all(quantity is None or re.search(word, draft.left(quantity)) for quantity, word in zip(taken, words, strict=True))
    if levels and not {"days_to_expiry", "expiry"} & set(draft.inputs) and not draft.wanted and not re.search(_VALUES, draft.text):
        for name in names:
            draft.inputs.pop(name, None)
            draft.origin.pop(name, None)


NOTES: Mapping[str, Reader] = {
    "iron-condor": _note_levels,
    "option-price": _note_future,
    "implied-volatility": _note_future,
    "layer-split": vega.note_end_of_band,
    "instrument-vega": _note_fund,
}
"""What the inputs themselves, once they are known, make of words that would else be asked about."""


def read(calculator: str, draft: Draft) -> dict[str, float]:
    """Fill a draft for a calculator; returns levels that are named and not used, as facts."""
    reader = READERS.get(calculator)
    takes_levels = any(slot.unit in ("index_points", "vix_points") or slot.is_volatility for slot in every_slot_of(calculator))
    facts = {} if takes_levels else market.set_levels_aside(draft)
    if reader is not None:
        reader(draft)
    bind_choices(draft)
    bind(draft, lambda given: needed_beside(calculator, given) | draft.wanted)
    planned = draft.inputs.get("planned_hedge_vega_usd")
    if isinstance(planned, float) and planned < 0:
        draft.inputs["planned_hedge_vega_usd"] = -planned  # the sign of the book's vega; the hedge is a magnitude
    greeks = calculator in ("option-price", "scenarios") or (calculator == "iron-condor" and bool(draft.wanted))
    if greeks and not re.search(r"\bvix\b[^,;]*\b(?:call|put|option)", draft.text):
        market.read_level_as_volatility(draft)
    if calculator in NOTES:
        NOTES[calculator](draft)
    return facts | market.set_levels_aside(draft)
