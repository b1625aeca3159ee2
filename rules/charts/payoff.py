"""P/L over SPX: at the condors' expiry after each layer, today, and where the VIX answers SPX."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rules.charts.again import Again
from rules.charts.book import HedgedBook, book_of_condor, book_of_plan, book_of_scenarios, condor_at_expiry
from rules.charts.models import Axis, Chart, Line, LineChart, Mark, Marker
from rules.options.condor import payoff
from rules.outcomes.break_even import break_even_along
from rules.outcomes.hedge_inputs import mark_pnl_usd, record_hedge
from rules.outcomes.valuation import Shock, World
from rules.planning.rows import UNSIZED
from rules.reports.report import in_words, plain_number

STEPS = 120
MARGIN_FRACTION = 0.2  # of the distance between the outer strikes, on either side
SPX = Axis("SPX", "index_points")
PROFIT = Axis("P/L since entry", "usd")
RESPONSE = "spx_vix_response_vix_points_per_percent"
NOWHERE = World(0.0, 1.0, 0.0, 0.0, 365.0, ((0.0, 0.0),), ((0.0, 0.0),), 0.0, 0.0)  # at expiry no market is read

Range = Mapping[str, Any]


def plan_at_expiry(again: Again) -> list[Chart]:
    """Condors alone and after each layer, at the last condor's expiry with the VIX held."""
    book = book_of_plan(again)
    if book is None:
        return []
    edges = again.result["break_evens"]
    held = Shock(book.world.spx, 0.0, float(book.days))
    layers = [
        (f"after {name}", book.hedges_usd(held, count), edges["after_layers"][count - 1]["ranges"]) for count, (name, _) in enumerate(book.hedges, 1)
    ]
    curves = [("condors alone", 0.0, edges["condor_alone"]["ranges"]), *layers]
    note = f"At the last condor's expiry, {edges['on']}, with the VIX held at {plain_number(book.world.vix)}."
    return [_at_expiry(book, curves, book.world.spx, (note,))]


def plan_now(again: Again) -> list[Chart]:
    """Condors and hedged book today and at expiry, the VIX answering SPX; none where a condor has no volatilities."""
    book = book_of_plan(again)
    if book is None or not book.can_be_valued_today():
        return []
    spx, ledger = book.world.spx, again.ledger
    section = again.result["break_evens"]["along_response"]["ranges"]
    today = _answering(book, 0.0, again)
    edges = break_even_along(lambda level: book.total_usd(today(level)), *_reach(book.strikes, spx), spx, book.strikes)
    now = [{"low": edge.low, "high": edge.high} for edge in edges.ranges]
    levels = _levels(book.strikes, spx, [*_ends(now), *(_ends(section) if book.hedges else [])])
    at_expiry = _answering(book, float(book.days), again)
    lines = [
        _line("condors today, VIX unchanged", levels, lambda level: book.condors_usd(Shock(level, 0.0, 0.0))),
        _line("condors today, VIX answering", levels, lambda level: book.condors_usd(today(level))),
        _line("hedged today, VIX answering", levels, lambda level: book.total_usd(today(level))),
        _line("hedged at expiry, VIX answering", levels, lambda level: book.total_usd(at_expiry(level))),
    ]
    if not book.hedges:
        lines, now, section = lines[:2], [], []
    response, floor = ledger.parameter(RESPONSE), ledger.parameter("vix_floor_vix_points")
    notes = [f"Assumed: the VIX moves {response:+g} points for each +1 % of SPX, and does not fall below {min(floor, book.world.vix):g}."]
    if book.hedges:
        added = in_words(book.hedges_usd(Shock(spx, 0.0, 0.0)), "usd")
        notes += [f"With SPX and VIX unchanged the hedge has earned {added} today.", _words(lines[2].name, now), _words(lines[3].name, section)]
    return [_chart("payoff-now", "P/L today, and at expiry with the VIX answering SPX", lines, _markers([*now, *section]), book, spx, levels, notes)]


def condor(again: Again) -> list[Chart]:
    """One condor at expiry, and today where its market is given."""
    book, result, inputs = book_of_condor(again), again.result, again.inputs
    edges = [{"low": result["break_even_low"], "high": result["break_even_high"]}]
    if inputs.spot is None or not book.can_be_valued_today():
        return [_at_expiry(book, [("at expiry", 0.0, edges)], inputs.spot, ())]
    days = float(inputs.days_to_expiry)
    low, high = _reach(book.strikes, inputs.spot)
    found = break_even_along(lambda level: book.condors_usd(Shock(level, 0.0, 0.0)), low, high, inputs.spot, book.strikes)
    now = [{"low": edge.low, "high": edge.high} for edge in found.ranges]
    levels = _levels(book.strikes, inputs.spot, [*_ends(edges), *_ends(now)])
    lines = [
        _line("at expiry", levels, lambda level: book.condors_usd(Shock(level, 0.0, days))),
        _line("today, volatility unchanged", levels, lambda level: book.condors_usd(Shock(level, 0.0, 0.0))),
    ]
    notes = [_words("at expiry", edges), _words("today", now)]
    return [_chart("payoff", "P/L of the condor at expiry and today", lines, _markers([*edges, *now]), book, inputs.spot, levels, notes)]


def break_even(again: Again) -> list[Chart]:
    """Condor alone and after each hedge at its expiry: with the VIX held, or with hedges at their mark where dates or VIX are missing."""
    inputs, result, ledger = again.inputs, again.result, again.ledger
    credit = payoff(inputs.condor, ledger)["max_profit_usd"]
    book = HedgedBook(NOWHERE, (condor_at_expiry(inputs.condor, credit, ledger),), (), 0)
    held = [again.steps.get(f"hedges.{number}.pnl_vix_held_usd") for number in range(len(inputs.hedges))]
    frozen = [mark_pnl_usd(hedge, record_hedge(hedge, number, ledger)[1]) for number, hedge in enumerate(inputs.hedges)]
    curves = [("condor alone", 0.0, [result["condor_alone"]])]
    for number, layer in enumerate(result["after_layers"]):
        upto = held[: number + 1]
        whole = None not in upto
        fixed = math.fsum(value for value in (upto if whole else frozen[: number + 1]) if value is not None)
        edges = layer if whole else layer["held_at_mark"]
        name = f"after {number + 1}: {UNSIZED[layer['instrument']]}" + ("" if whole else ", at its mark")
        curves.append((name, fixed, [{"low": edges["low"], "high": edges["high"]}]))
    words = "with the VIX held" if inputs.vix is not None else "with hedges at their mark"
    return [_at_expiry(book, curves, inputs.spx, (f"At the condor's expiry, {words}.",))]


def scenarios(again: Again) -> list[Chart]:
    """Condor and hedged condor at the horizon and at expiry with the VIX unchanged, and the shocks that were asked for."""
    book, inputs = book_of_scenarios(again), again.inputs
    horizon, expiry = float(inputs.horizon_days), float(book.days)
    levels = _levels(book.strikes, inputs.spot, [inputs.spot * (1.0 + shock.spx_fraction) for shock in inputs.shocks])
    asked = f"after {inputs.horizon_days} days"
    lines = [_line(f"condor {asked}", levels, lambda level: book.condors_usd(Shock(level, 0.0, horizon)))]
    if book.hedges:
        lines.append(_line(f"hedged {asked}", levels, lambda level: book.total_usd(Shock(level, 0.0, horizon))))
    if horizon < expiry:
        lines.append(_line("condor at expiry", levels, lambda level: book.condors_usd(Shock(level, 0.0, expiry))))
        if book.hedges and _known_at(book, expiry):
            lines.append(_line("hedged at expiry", levels, lambda level: book.total_usd(Shock(level, 0.0, expiry))))
    markers = [
        Marker(
            f"shock {number}: SPX {shock['spx_fraction'] * 100:+g} %, VIX {shock['vix_points']:+g}",
            inputs.spot * (1.0 + shock["spx_fraction"]),
            shock["pnl_usd"],
        )
        for number, shock in enumerate(again.result["outcomes"], 1)
    ]
    notes = ["Lines hold the VIX; a shock that moves it lies off them."]
    return [_chart("payoff", f"P/L {asked} and at expiry", lines, markers, book, inputs.spot, levels, notes)]


def _known_at(book: HedgedBook, days: float) -> bool:
    """Whether every hedge has a value then: one that has settled needs the VIX."""
    return math.isfinite(book.world.vix) or all(hedge.days > days for _, hedge in book.hedges)


def _answering(book: HedgedBook, days: float, again: Again) -> Callable[[float], Shock]:
    return lambda level: book.answered(level, days, again.ledger)


def _at_expiry(book: HedgedBook, curves: Sequence[tuple[str, float, Sequence[Range]]], spx: float | None, notes: Sequence[str]) -> LineChart:
    """Curves (name, P/L of the hedges in USD, ranges of profit) of the condors' payoff at expiry."""
    days = float(book.days) if book.days else max(condor.days for condor in book.condors)
    edges = [edge for _, _, ranges in curves for edge in _ends(ranges)]
    levels = _levels(book.strikes, spx, edges)

    def curve(name: str, fixed: float) -> Line:
        return _line(name, levels, lambda level: book.condors_usd(Shock(level, 0.0, days)) + fixed)

    lines = [curve(name, fixed) for name, fixed, _ in curves]
    outer = {edge for _, _, ranges in (curves[0], curves[-1]) for edge in _ends(ranges)}
    markers = [Marker(_level(edge) if edge in outer else "", edge, 0.0) for edge in dict.fromkeys(edges)]
    words = [_words(name, ranges) for name, _, ranges in curves]
    return _chart("payoff-at-expiry", "P/L at expiry", lines, markers, book, spx, levels, [*notes, *words])


def _chart(
    chart: str,
    title: str,
    lines: Sequence[Line],
    markers: Sequence[Marker],
    book: HedgedBook,
    spx: float | None,
    levels: Sequence[float],
    notes: Sequence[str],
) -> LineChart:
    marks = [Mark("horizontal", 0.0, "0")]
    if spx is not None:
        marks.append(Mark("vertical", spx, f"SPX {plain_number(spx)}"))
    listed = sorted({*book.strikes, *([] if spx is None else [spx])} & set(levels))
    return LineChart(chart, title, SPX, PROFIT, tuple(lines), tuple(markers), tuple(marks), tuple(listed), tuple(notes))


def _line(name: str, levels: Sequence[float], pnl_usd: Callable[[float], float]) -> Line:
    return Line(name, tuple((level, pnl_usd(level)) for level in levels))


def _reach(strikes: Sequence[float], spx: float | None) -> tuple[float, float]:
    """The lowest and highest SPX that is drawn."""
    known = [*strikes, *([] if spx is None else [spx])]
    margin = MARGIN_FRACTION * (max(strikes) - min(strikes))
    return max(min(known) - margin, 0.0), max(known) + margin


def _levels(strikes: Sequence[float], spx: float | None, more: Sequence[float]) -> list[float]:
    """Levels of SPX to value at: evenly spaced, with every strike, SPX today and the levels in `more`."""
    low, high = _reach(strikes, spx)
    low, high = min([low, *more]), max([high, *more])
    even = (low + (high - low) * step / STEPS for step in range(STEPS + 1))
    return sorted({*even, *strikes, *more, *([] if spx is None else [spx])})


def _ends(ranges: Sequence[Range]) -> list[float]:
    return [edge for item in ranges for edge in (item["low"], item["high"]) if edge is not None]


def _markers(ranges: Sequence[Range]) -> list[Marker]:
    return [Marker(_level(edge), edge, 0.0) for edge in dict.fromkeys(_ends(ranges))]


def _words(name: str, ranges: Sequence[Range]) -> str:
    """Break-evens of a curve in a sentence."""
    ends = _ends(ranges)
    if not ends:
        return f"Break-evens, {name}: none."
    return f"Break-evens, {name}: {' and '.join(_level(edge) for edge in ends)}."


def _level(spx: float) -> str:
    """A level of SPX to a hundredth: finer than it is quoted."""
    return plain_number(round(spx, 2))
