"""Reading a value from a sentence: all forms of one value are the same, others are not, and a number that only occurs is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.disagreement.readers import mentions
from knowledge.disagreement.statements import value_of
from knowledge.disagreement.topics import Topic, shipped_topics
from knowledge.disagreement.values import Kind, Value
from knowledge.disagreement.wording import Wording, phrase_of

BASES = ("vega", "credit", "premium", "notional", "capital", "account", "margin")
percentages = st.integers(1, 99)


def topic(name: str) -> Topic:
    return next(entry for entry in shipped_topics() if entry.id == name)


def read(kind: Kind, sentence: str) -> Value:
    (mention,) = mentions(kind, Wording(sentence), {})
    return mention.value


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int]:
    low = draw(st.integers(1, 98))
    return low, draw(st.integers(low + 1, 99))


@given(ranges(), st.sampled_from(BASES))
def test_all_forms_of_a_range_of_shares_are_one_value(part, base):
    low, high = part
    forms = [
        f"The layer is {low}-{high}% of the {base}.",
        f"The layer takes {low}–{high} % of the total planned {base}.",
        f"The layer is {low} to {high} percent of {base}.",
        f"Between {low}% and {high}% of the {base} goes into the layer.",
        f"The layer is {low}% to {high}% of the {base}.",
    ]
    values = {read("share", form) for form in forms}
    assert values == {Value("share", ((low / 100, high / 100),), base=base)}


@given(percentages, percentages, st.sampled_from(BASES), st.sampled_from(BASES))
def test_shares_agree_exactly_when_number_and_base_do(one, other, base, another):
    first, second = read("share", f"It is {one}% of the {base}."), read("share", f"It is {other}% of the {another}.")
    assert first.agrees_with(second) == (one == other and base == another) == second.agrees_with(first)


@given(percentages, st.sampled_from(BASES))
def test_a_share_without_a_base_agrees_with_the_same_share_of_any_base(number, base):
    assert read("share", f"It is {number}%.").agrees_with(read("share", f"It is {number} per cent of the {base}."))


@given(st.lists(st.integers(2, 400), min_size=3, max_size=3, unique=True).map(sorted))
def test_all_forms_of_a_list_of_days_are_one_value(days):
    a, b, c = days
    forms = [
        f"Calls at {a}, {b} and {c} days.",
        f"Calls at {a}/{b}/{c} DTE.",
        f"Calls of {a}, {b}, and {c} days to expiration.",
        f"{a}, {b} or {c} DTE calls.",
    ]
    assert {read("days", form) for form in forms} == {Value("days", tuple((float(day), float(day)) for day in days))}


@given(st.integers(1, 50), st.integers(1, 50))
def test_weeks_are_days(one, other):
    agrees = read("days", f"Calls with {one} weeks left.").agrees_with(read("days", f"Calls with {7 * other} days left."))
    assert agrees == (one == other)


@given(st.integers(1, 99))
def test_all_forms_of_a_delta_are_one_value(number):
    forms = [f"a delta of 0.{number:02}", f"0.{number:02} delta calls", f"{number}-delta calls" if number > 1 else "a 0.01 delta"]
    assert {read("delta", form) for form in forms} == {Value("delta", ((number / 100, number / 100),))}


@pytest.mark.parametrize(
    ("kind", "sentence", "text"),
    [
        ("share", "One third of the budget goes into it.", "33.33333333% of budget"),
        ("share", "It fell by roughly a quarter.", "25%"),
        ("share", "The weights are 40, 40 and 20 percent.", "40/40/20%"),
        ("money", "It costs $2,500 per unit.", "$2500 for a unit"),
        ("days", "The calls use 30-45, 60-90 and 120 or more days.", "30-45/60-90/120+ days"),
        ("days", "It is a 1DTE condor.", "1 day"),
        ("delta", "Deltas between 0.20 and 0.30 are bought.", "0.2-0.3 delta"),
        ("delta", "They are bought at-the-money.", "at the money"),
    ],
)
def test_values_are_read_in_the_forms_that_pages_use(kind, sentence, text):
    assert read(kind, sentence).text == text


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("share", "It is not 30% of vega."),
        ("share", "A quarter ends in March."),
        ("days", "The 30 contracts were bought."),
        ("delta", "It is never at the money."),
    ],
)
def test_what_is_denied_or_something_else_is_no_value(kind, sentence):
    assert mentions(kind, Wording(sentence), {}) == []


def test_a_limit_is_not_denied():
    assert read("share", "It is never more than 12% of margin.").text == "12% of margin"


@pytest.mark.parametrize(
    ("name", "sentence", "text"),
    [
        ("first-instrument", "VIX calls come first, VIX futures come second.", "VIX calls"),
        ("first-instrument", "ALVH opens with VIX calls and not with futures.", "VIX calls"),
        ("first-instrument", "Layer one is a VIX call spread or an SPX put spread.", "SPX puts and VIX call spreads"),
        ("first-layer-size", "The first layer is 10% of notional and the second 15%.", "10% of notional"),
        ("macd-series", "MACD on the A/D Line and RSI on the VIX are watched.", "the advance-decline line"),
        ("call-expiries", "A 45 DTE condor is hedged by calls at 90 DTE.", "90 days"),
        ("call-strike", "Out-of-the-money puts are sold and VIX calls bought at 0.50 delta.", "0.5 delta"),
        ("drawdown", "A 30% smaller drawdown costs 2% of the account a year.", "30%"),
        ("second-engine", "The Second Engine / Private Leverage Layer is a reserve of cash.", "a reserve of cash"),
    ],
)
def test_a_value_belongs_to_what_it_stands_closest_to(name, sentence, text):
    value = value_of(Wording(sentence), topic(name))
    assert value is not None and value.text == text


@pytest.mark.parametrize("sentence", ["The Second Engine is the heart of the method.", "The Second Engine acts when the curve is a steep one."])
def test_a_sentence_that_says_little_of_a_term_defines_nothing(sentence):
    assert value_of(Wording(sentence), topic("second-engine")) is None


def test_more_exact_is_not_different():
    exact, wide = Value("delta", ((0.3, 0.3),)), Value("delta", names=("out of the money",))
    assert exact.agrees_with(wide) and wide.agrees_with(exact)
    assert not Value("delta", ((0.5, 0.5),)).agrees_with(wide)
    assert Value("days", ((30.0, 30.0),)).agrees_with(Value("days", ((30.0, 30.0), (110.0, 110.0))))


@given(st.sampled_from(["at-the-money", "at the money", "At The Money", "at–the–money"]))
def test_a_phrase_is_found_whatever_joins_its_words(form):
    assert Wording(f"Calls {form} are bought.").holds(phrase_of("at the money"))
