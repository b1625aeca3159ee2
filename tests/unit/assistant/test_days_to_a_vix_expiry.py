"""Days to a VIX expiry: counted from the day that is said, else from the day of the question, never left out."""

from __future__ import annotations

import pytest

AS_OF = "2026-05-08"


@pytest.fixture
def days(session):
    """`days(question, *context)` is the calculation's settlement date and its days to expiry."""

    def asked(question, *context, as_of=AS_OF):
        result = session.ask(question, as_of, context).calculation["result"]
        return result["settlement_date"], result["days_to_expiry"]

    return asked


@pytest.mark.parametrize(
    "question",
    [
        "how many days until the VIX expiry",
        "days to vix expiration?",
        "How long is it until the next monthly VIX settlement?",
        "days left until VIX settlement",
    ],
)
def test_the_next_expiry_is_meant_where_none_is_named(days, question):
    assert days(question) == ("2026-05-19", 11)


@pytest.mark.parametrize(
    "question", ["how many days until the June 2026 VIX expiry", "dte of the june vix options", "how long until the june VX contract settles"]
)
def test_a_month_named_is_counted_to_from_the_day_of_the_question(days, question):
    assert days(question) == ("2026-06-17", 40)


def test_a_month_without_a_year_is_the_next_one_of_its_name(days):
    assert days("how many days until the may vix expiry", as_of="2026-05-20") == ("2027-05-18", 363)


def test_a_follow_up_counts_to_the_date_that_was_asked_for(days):
    assert days("how many days is that?", "when does the june 2026 vix future settle") == ("2026-06-17", 40)
    assert days("how many days until then?", "vix expiry june 2026?") == ("2026-06-17", 40)


def test_a_day_that_was_said_holds_until_another_is_said(days):
    said = "Suppose today is 12 Nov 2026. How many days until the December 2026 VIX settlement?"
    assert days("how many days until the january 2027 vix expiry?", said) == ("2027-01-20", 69)
    assert days("and how many days until the june 2026 expiry?", "as of 2026-04-20, when is the next vix expiry?") == ("2026-06-17", 58)


def test_a_date_that_is_asked_for_without_days_is_given_without_them(session):
    assert session.ask("when does the june 2026 vix future settle", AS_OF).calculation["inputs"] == {"month": "2026-06"}


def test_without_any_day_it_is_asked_for(session):
    reply = session.ask("how many days until the June 2026 VIX expiry", None)
    assert reply.route == "clarify" and [entry.name for entry in reply.missing] == ["as_of"]


@pytest.mark.parametrize("unit", ["trading days", "business days", "sessions", "weeks"])
def test_days_of_another_kind_are_not_answered_with_calendar_days(session, unit):
    assert session.ask(f"how many {unit} until the June 2026 VIX expiry", AS_OF).route == "clarify"


@pytest.mark.parametrize("question", ["How many days to VIX expiry should the calls have?", "how many days to expiry should the VIX calls have?"])
def test_a_question_for_a_rule_is_no_count_of_days(session, question):
    assert session.ask(question, AS_OF).calculation is None
