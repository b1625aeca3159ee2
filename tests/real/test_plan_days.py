"""Hedge plans of two volatility days: what the signals said at the close, and the arithmetic of each plan, case by case.

A case under `days/` names what it reads from that day and spells every expected value out in symbols:
S, VIX; F1, d1 ... settlement and days of the monthly contracts; N, Kp1, Kp2, Kc1, Kc2, T, credit, vega of the condor (vega positive);
K1, v1, c1, g1 ... strike, volatility, premium paid and delta of each tranche's call. `call(F, K, days, volatility)` is Black-76.
"""

from __future__ import annotations

import ast
import math
import operator
from datetime import date
from pathlib import Path

import pytest
import yaml

from rules.engine import run
from rules.parameters import load_parameters
from tests.real import market_days

CASES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((Path(__file__).parent / "days").glob("*.yaml"))}
PARTS = {
    "name",
    "synthetic",
    "day",
    "futures",
    "rate",
    "dividend_yield",
    "condor",
    "account",
    "calls",
    "half_spread",
    "let",
    "holds",
    "is",
    "expect",
    "says",
}
ARMED = dict.fromkeys(("macd", "advance_decline", "rsi"), "pass")
LEGS = (("long_put", 1, "put"), ("short_put", -1, "put"), ("short_call", -1, "call"), ("long_call", 1, "call"))
BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
TRIGGER_DELTA = 0.30


# --- a pricer of its own --------------------------------------------------------------------------------------------


def below(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def on_forward(forward, strike, years, volatility, rate):
    """Call price, call delta to the forward, and vega per vol point, all discounted."""
    spread = volatility * math.sqrt(years)
    d1 = math.log(forward / strike) / spread + spread / 2
    discount = math.exp(-rate * years)
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    call = discount * (forward * below(d1) - strike * below(d1 - spread))
    return call, discount * below(d1), 0.01 * discount * forward * density * math.sqrt(years)


def condor_of(case, spot):
    """Credit in points and vega in USD per vol point, turned positive."""
    condor, years = case["condor"], (case["condor"]["expiry"] - case["day"]).days / 365
    forward = spot * math.exp((case["rate"] - case["dividend_yield"]) * years)
    credit = vega = 0.0
    for (leg, side, right), volatility in zip(LEGS, condor["implied_volatility"], strict=True):
        price, _, leg_vega = on_forward(forward, condor[leg], years, volatility, case["rate"])
        if right == "put":
            price -= math.exp(-case["rate"] * years) * (forward - condor[leg])
        credit -= side * price
        vega -= side * leg_vega * 100 * condor["contracts"]
    return credit, vega


# --- arithmetic in symbols ------------------------------------------------------------------------------------------


def evaluated(text, names, functions):
    """The value of an expression of numbers, names, + - * /, and the functions given. Anything else is refused."""

    def value(node):
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return number
            case ast.Name(id=name):
                return names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
                return BINARY[type(op)](value(left), value(right))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in functions:
                return functions[name](*map(value, args))
        raise ValueError(f"{ast.unparse(node)!r} is no arithmetic")

    return value(ast.parse(str(text), mode="eval").body)


@pytest.mark.parametrize("text", ["().__class__", "__import__('os')", "a[0]", "2 ** 9", "a if a else 1", "max(*a)", "'a'", "True", "max(a, key=a)"])
def test_an_expression_that_is_no_arithmetic_is_refused(text):
    with pytest.raises(ValueError, match="no arithmetic"):
        evaluated(text, {"a": 1.0}, {"max": max})


def test_expressions_are_worked_out_with_the_usual_precedence():
    assert evaluated("-a + 2*(b - 1)/4 - max(a, floor(b))", {"a": 3.0, "b": 7.5}, {"max": max, "floor": math.floor}) == -3 + 3.25 - 7


def at(result, dotted):
    for part in dotted.split("."):
        if isinstance(result, list):
            result = len(result) if part == "count" else result[int(part)]
        else:
            result = result[part]
    return result


# --- the day of a case ----------------------------------------------------------------------------------------------


class Day:
    """Symbols of a case and the plan's input."""

    def __init__(self, case):
        self.case, self.day = case, case["day"]
        self.vix, self.spx = market_days.vix()[self.day], market_days.spx()[self.day]
        self.curve = market_days.curve(self.day, case["futures"])
        self.credit, self.vega = condor_of(case, self.spx)
        self.quotes, self.chosen = self._calls()

    def _calls(self):
        quotes, chosen = [], []
        for tranche in self.case["calls"]:
            expiry, future = self.curve[tranche["future"] - 1]
            years, volatility = (expiry - self.day).days / 365, tranche["implied_volatility"]
            priced = {strike: on_forward(future, strike, years, volatility, self.case["rate"]) for strike in tranche["strikes"]}
            half = self.case["half_spread"]
            for strike, (price, _, _) in priced.items():
                quote = {"expiry": str(expiry), "strike": strike}
                quotes.append(quote | ({"bid": price - half, "ask": price + half} if half else {"implied_volatility": volatility}))
            nearest = min((strike for strike in priced if strike > future), key=lambda strike: abs(priced[strike][1] - TRIGGER_DELTA))
            chosen.append((nearest, volatility, priced[nearest][0] + half, priced[nearest][1]))
        return quotes, chosen

    def functions(self):
        year, rate = 365, self.case["rate"]
        call = lambda future, strike, days, volatility: on_forward(future, strike, days / year, volatility, rate)[0]  # noqa: E731
        return {"min": min, "max": max, "floor": math.floor, "abs": abs, "call": call}

    def symbols(self):
        condor = self.case["condor"]
        names = {"S": self.spx, "VIX": self.vix, "N": condor["contracts"], "T": (condor["expiry"] - self.day).days, "r": self.case["rate"]}
        names |= {"Kp1": condor["long_put"], "Kp2": condor["short_put"], "Kc1": condor["short_call"], "Kc2": condor["long_call"]}
        names |= {"credit": self.credit, "vega": self.vega}
        for number, (expiry, price) in enumerate(self.curve, 1):
            names |= {f"F{number}": price, f"d{number}": (expiry - self.day).days}
        for number, (strike, volatility, premium, delta) in enumerate(self.chosen, 1):
            names |= {f"K{number}": strike, f"v{number}": volatility, f"c{number}": premium, f"g{number}": delta}
        for name, text in self.case["let"].items():
            assert name not in names, name
            names[name] = evaluated(text, names, self.functions())
        return names

    def request(self, signals):
        condor = self.case["condor"] | {"expiry": str(self.case["condor"]["expiry"]), "credit_index_points": self.credit}
        return {
            "as_of": str(self.day),
            "portfolio": {"condors": [condor], "account": self.case["account"]},
            "market": {
                "vix": self.vix,
                "spx": self.spx,
                "rate": self.case["rate"],
                "dividend_yield": self.case["dividend_yield"],
                "futures": [{"expiry": str(expiry), "price_index_points": price} for expiry, price in self.curve],
                "calls": self.quotes,
            },
            "signals": signals,
        }


def planned(case, signals):
    found = Day(case)
    return run("plan-hedge", found.request(signals), load_parameters()).result, found


# --- the golden cases -----------------------------------------------------------------------------------------------


def test_every_case_is_well_formed_and_says_that_its_option_quotes_are_synthetic():
    assert len(CASES) >= 4
    for case in CASES.values():
        assert set(case) <= PARTS and set(case) | {"says"} == PARTS, case["name"]
        assert "implied volatilities declared" in case["synthetic"] and case["name"].count(" ") > 5
    assert len({case["name"] for case in CASES.values()}) == len(CASES)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_armed_plan_has_every_figure_that_the_day_works_out_to(case):
    plan, found = planned(case, ARMED)
    symbols, functions = found.symbols(), found.functions()
    for text in case["holds"]:
        assert evaluated(text, symbols, functions) >= 0, text
    for path, literal in case["is"].items():
        assert at(plan, path) == literal, path
    for path, text in case["expect"].items():
        assert at(plan, path) == pytest.approx(evaluated(text, symbols, functions), rel=1e-9, abs=1e-6), f"{path}: {text}"
    for path, words in case.get("says", {}).items():
        for word in words:
            assert any(word in item for item in at(plan, path)) if isinstance(at(plan, path), list) else word in at(plan, path), word


# --- the days as their signals had them -----------------------------------------------------------------------------


def armed_since(holds, days):
    """The first day of the run of equal states that ends with the last day."""
    first = len(days) - 1
    while first and holds[first - 1] == holds[-1]:
        first -= 1
    return holds[-1], str(days[first])


def averaged(values, bars):
    found = [values[0]]
    for value in values[1:]:
        found.append(found[-1] + 2 / (bars + 1) * (value - found[-1]))
    return found


def macd_by_hand(day):
    """MACD above its signal line on two closes, on the 30-day price between the two nearest contracts."""
    days = [other for other in sorted(market_days.settlements()) if other <= day][-market_days.BARS :]
    prices = []
    for other in days:
        (near, near_price), (far, far_price) = market_days.curve(other, 2)
        weight = min(max(((far - other).days - 30) / (far - near).days, 0), 1)
        prices.append(weight * near_price + (1 - weight) * far_price)
    line = [fast - slow for fast, slow in zip(averaged(prices, 12), averaged(prices, 26), strict=True)]
    above = [now > then for now, then in zip(line, averaged(line, 9), strict=True)]
    return armed_since([above[at] and above[at - 1] for at in range(150, len(days))], days[150:])


def breadth_by_hand(day):
    """The line below its 50-day mean on two closes, or the index near its 60-day high while the line is not."""
    rows, total, line = market_days.net_advances(day), 0.0, []
    for _, up, down in rows:
        total += up - down
        line.append(total)
    days = [on for on, _, _ in rows]
    below = [line[at] < math.fsum(line[at - 49 : at + 1]) / 50 for at in range(49, len(line))]

    def diverges(at):
        index, window = [market_days.spx()[on] for on in days[at - 59 : at + 1]], line[at - 59 : at + 1]
        mean = math.fsum(window) / 60
        deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in window) / 59)
        return index[-1] >= 0.99 * max(index) and max(window) - window[-1] > 0.5 * deviation

    weak = [(below[at - 49] and below[at - 50]) or diverges(at) for at in range(60, len(line))]
    return armed_since(weak, days[60:])


def from_series(case):
    """The case's plan with the signals evaluated on the series up to its day, and the signals by name."""
    plan, _ = planned(case, market_days.signals_until(case["day"], case["rate"]))
    return plan, {item["signal"]: item for item in plan["signals"]}


def test_at_the_close_of_2024_08_05_nothing_is_ordered_and_the_breadth_line_is_named_with_the_day_since_when():
    case = CASES["2024-08-05_front_month"]
    plan, signals = from_series(case)
    assert (plan["stage"], plan["orders"]) == ("waiting_for_signals", [])
    assert "MACD on the VIX futures curve passes, the advance-decline line fails; both are needed" in plan["summary"]
    assert (signals["macd"]["state"], signals["macd"]["since"]) == ("pass", "2024-07-17")
    assert (signals["advance_decline"]["state"], signals["advance_decline"]["since"]) == ("fail", "2024-07-12")
    assert "not below its 50-day average" in signals["advance_decline"]["reason"]
    assert all("the advance-decline line fails" in layer["reason"] for layer in plan["layers"] if layer["layer"] == 1)
    assert all(layer["state"] == "waiting" for layer in plan["layers"] if layer["quantity"])


def test_at_the_close_of_2020_03_16_both_signals_had_passed_for_weeks_and_the_april_contracts_are_ordered():
    plan, signals = from_series(CASES["2020-03-16_second_month"])
    assert [(order["name"], order["quantity"]) for order in plan["orders"]] == [("VX 2020-04-15", 2)]
    assert (signals["macd"]["state"], signals["macd"]["since"]) == ("pass", "2020-02-24")
    assert (signals["advance_decline"]["state"], signals["advance_decline"]["since"]) == ("pass", "2020-02-26")
    assert any("the source is silent" in note for note in plan["notes"])


@pytest.mark.parametrize("day", [date(2020, 2, 21), date(2020, 3, 16), date(2024, 8, 2), date(2024, 8, 5)])
def test_state_and_first_day_of_macd_and_breadth_are_those_of_a_computation_by_hand(day):
    market = {"vix": market_days.vix()[day], "spx": market_days.spx()[day]}
    market["futures"] = [{"expiry": str(expiry), "price_index_points": price} for expiry, price in market_days.curve(day, 2)]
    raw = {"as_of": str(day), "planned_hedge_vega_usd": 3000, "market": market, "signals": market_days.signals_until(day, 0.02)}
    found = {item["signal"]: item for item in run("plan-hedge", raw, load_parameters()).result["signals"]}
    for name, (holds, since) in {"macd": macd_by_hand(day), "advance_decline": breadth_by_hand(day)}.items():
        assert (found[name]["state"], found[name]["since"]) == ("pass" if holds else "fail", since), name


@pytest.mark.parametrize("jump", [date(2020, 2, 24), date(2024, 8, 5)])
def test_before_the_jumps_that_are_shipped_as_missed_the_two_signals_did_not_both_pass(jump):
    assert jump in load_parameters()["vix_jumps_not_armed_before"].value
    before = market_days.day_before(jump)
    assert market_days.vix()[jump] / market_days.vix()[before] >= 1.2
    assert not (macd_by_hand(before)[0] and breadth_by_hand(before)[0])


@pytest.mark.parametrize(("day", "silent"), [(date(2018, 2, 5), False), (date(2020, 3, 16), True), (date(2024, 8, 5), False)])
def test_only_above_a_vix_of_fifty_the_plan_says_that_the_source_is_silent(day, silent):
    market = {"vix": market_days.vix()[day], "spx": market_days.spx()[day]}
    market["futures"] = [{"expiry": str(expiry), "price_index_points": price} for expiry, price in market_days.curve(day, 2)]
    for signals in ({}, ARMED):
        raw = {"as_of": str(day), "planned_hedge_vega_usd": 4000, "market": market, "signals": signals}
        notes = run("plan-hedge", raw, load_parameters()).result["notes"]
        assert any("the source is silent" in note for note in notes) is silent
    assert market_days.vix()[date(2020, 3, 16)] == 82.69


# --- the days as scenarios ------------------------------------------------------------------------------------------


def historical(day):
    return next(entry for entry in load_parameters()["scenario_historical_moves"].value if str(entry["date"]) == str(day))


def test_the_historical_scenarios_are_the_three_days():
    assert [str(entry["date"]) for entry in load_parameters()["scenario_historical_moves"].value] == ["2018-02-05", "2020-03-16", "2024-08-05"]


@pytest.mark.parametrize("day", [date(2018, 2, 5), date(2020, 3, 16), date(2024, 8, 5)])
def test_each_historical_scenario_has_the_moves_of_its_day(day):
    entry, before = historical(day), market_days.day_before(day)
    now, then = market_days.settlements()[day], market_days.settlements()[before]
    moved = {(expiry - day).days: now[expiry] - then[expiry] for expiry in now if expiry in then}
    assert len(entry["days"]) == len(entry["future_points"]) == 6 and entry["days"][0] == min(moved)
    assert [moved[days] for days in entry["days"]] == pytest.approx(entry["future_points"], abs=0.0051)
    assert market_days.vix()[day] - market_days.vix()[before] == pytest.approx(entry["vix_points"], abs=0.0051)
    assert market_days.spx()[day] / market_days.spx()[before] - 1 == pytest.approx(entry["spx_fraction"], abs=0.000051)


def test_the_note_on_the_print_of_2024_08_05_has_the_high_of_the_vix_and_the_settlement_of_the_front():
    day = date(2024, 8, 5)
    high, (_, front) = market_days.vix("HIGH")[day], market_days.curve(day, 1)[0]
    reason = load_parameters()["scenario_historical_moves"].reason
    assert f"touched {high:.2f}" in reason and f"settled at {front:.1f}" in reason and (high, round(front, 1)) == (65.73, 32.1)
