"""How a VIX fund departs from its multiple of the futures it tracks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import model_validator

from rules.errors import RulesError
from rules.fields import Frozen, unit_field
from rules.ledger import Ledger
from rules.vix.tracking import fee_growth, reset_growth, rolled_growth, volatility_growth

NAME = "etf-tracking"
DESCRIPTION = "Roll drag, compounding loss, fee and tracking difference of a VIX fund with a daily reset."
SYNONYMS = ("etf tracking", "roll drag", "tracking difference", "tracking error", "compounding loss", "decay", "volatility drag")
SOURCES = ("vix-etfs-and-etns", "roll-cost-by-tenor", "etf-layer")
EXAMPLE = {"slope_fraction_per_month": 0.06, "days": 30, "leverage": 1.5, "fee_fraction": 0.0095, "daily_volatility_fraction": 0.045}


class Input(Frozen):
    """A path of the futures index, or the slope of its curve and the days held; leverage, fee and volatility of the fund.

    A path decides over a slope given beside it, which then only tells the roll drag.
    """

    futures_path: list[float] | None = unit_field(
        "Closes of the futures index that the fund tracks, one a trading day",
        "index_points",
        synonyms=("futures path", "path", "closes"),
        where="the index history",
        default=None,
        min_length=2,
        max_length=20_000,
    )
    slope_fraction_per_month: float | None = unit_field(
        "Second future over the first, less one: 0.06 for 6 % contango a month, negative in backwardation",
        "fraction",
        synonyms=("slope", "contango", "slope per month", "contango per month", "roll per month"),
        plausible=(-0.3, 0.3),
        where="the futures curve",
        default=None,
        gt=-0.9,
        lt=5,
    )
    days: float | None = unit_field(
        "Calendar days held", "days", synonyms=("days", "holding period"), plausible=(1, 366), where="your plan", default=None, gt=0, le=36500
    )
    leverage: float | None = unit_field(
        "Daily leverage of the fund, negative for an inverse one",
        "ratio",
        synonyms=("leverage", "lev", "x", "times"),
        plausible=(-2, 2),
        where="the fund's page",
        parameter="etf_leverage",
        default=None,
        ge=-5,
        le=5,
    )
    fee_fraction: float | None = unit_field(
        "Fee a year",
        "fraction",
        synonyms=("fee", "fees", "expense ratio", "expenses", "expense", "ter"),
        zero=("no fee", "no fees", "without fees"),
        plausible=(0.0, 0.03),
        where="the fund's page",
        parameter="etf_fee_fraction",
        default=None,
        ge=0,
        lt=1,
    )
    daily_volatility_fraction: float | None = unit_field(
        "Standard deviation of the daily return of the futures index",
        "fraction",
        synonyms=("daily volatility", "daily vol", "dvol", "d vol", "volatility a day"),
        plausible=(0.01, 0.2),
        where="the index history",
        parameter="etf_daily_volatility_fraction",
        default=None,
        ge=0,
        lt=5,
    )

    @model_validator(mode="after")
    def _one_basis(self) -> Input:
        if self.futures_path is None and self.slope_fraction_per_month is None:
            raise ValueError("slope_fraction_per_month is missing without futures_path, give one of them")
        if self.futures_path is not None and not all(0.0 < close <= 1e12 for close in self.futures_path):
            raise ValueError("futures_path holds a close that is not above 0 (and at most 1e12), correct it")
        return self


class Result(Frozen):
    """Fractions of the fund's value over the days held; drags, losses and the fee are positive where the fund loses.

    Index growth is G: from the path, last over first; without one (1 + slope)^(-months), the roll on an unchanged curve.
    - `roll_drag_fraction`: 1 - (1 + slope)^(-months * leverage); null without a slope, since a path holds the roll and moves in one.
    - `compounding_loss_fraction`: 1 - fund before fees / G^leverage. By the path exactly; without one by the volatility,
      1 - exp(-(L^2 - L) s^2 n / 2) for n trading days. 0 without leverage.
    - `expected_compounding_loss_fraction`: the latter, also beside a path where a volatility is given; null otherwise.
    - `fee_fraction`: 1 - (1 - fee / 365)^days.
    - `index_return_fraction` is G - 1, `fund_return_fraction` after all three.
    - `tracking_difference_fraction`: fund return less leverage times index return, signed; a trend can make it positive.
    """

    roll_drag_fraction: float | None
    compounding_loss_fraction: float | None
    expected_compounding_loss_fraction: float | None
    fee_fraction: float
    index_return_fraction: float
    fund_return_fraction: float
    tracking_difference_fraction: float
    days: float
    note: str


_PATH_NOTE = "a path holds roll and moves of the futures in one, so the roll drag is told only where a slope is given"
_SLOPE_NOTE = "the curve is taken as unchanged: only roll, expected compounding and fee, no move of the futures"
_WIPED_OUT = "a day's move wipes the fund out"


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """Daily-reset arithmetic as taught (ProShares: returns over several days differ in size and sign from the multiple)."""
    days = _days(inputs, ledger)
    leverage = ledger.resolve("leverage", inputs.leverage, "etf_leverage", "ratio")
    drag, rolled = _roll(inputs, days, leverage, ledger)
    expected = _expected(inputs, days, leverage, ledger)
    if inputs.futures_path is not None:
        index, fund, note = _along(inputs.futures_path, leverage, ledger)
    else:
        assert rolled is not None and expected is not None, "without a path there are a slope and a volatility"
        note = _SLOPE_NOTE
        index = ledger.derive("index_growth", "rolled_growth", {"rolled_growth": rolled}, rolled, "ratio")
        used = {"index_growth": index, "leverage": leverage, "expected_compounding_loss_fraction": expected}
        formula = "index_growth^leverage * (1 - expected_compounding_loss_fraction)"
        fund = ledger.derive("fund_growth_before_fee", formula, used, index**leverage * (1.0 - expected), "ratio")
    loss = 1.0 - fund / index**leverage
    if inputs.futures_path is None:
        loss = expected
    used = {"fund_growth_before_fee": fund, "index_growth": index, "leverage": leverage}
    ledger.derive("compounding_loss_fraction", "1 - fund_growth_before_fee / index_growth^leverage", used, loss, "fraction")
    fee = _fee(inputs, days, ledger)
    fund_return = fund * (1.0 - fee) - 1.0
    used = {"fund_growth_before_fee": fund, "fee_over_days_fraction": fee}
    ledger.derive("fund_return_fraction", "fund_growth_before_fee * (1 - fee_over_days_fraction) - 1", used, fund_return, "fraction")
    index_return = ledger.derive("index_return_fraction", "index_growth - 1", {"index_growth": index}, index - 1.0, "fraction")
    used = {"fund_return_fraction": fund_return, "leverage": leverage, "index_return_fraction": index_return}
    formula = "fund_return_fraction - leverage * index_return_fraction"
    difference = ledger.derive("tracking_difference_fraction", formula, used, fund_return - leverage * index_return, "fraction")
    return Result(
        roll_drag_fraction=drag,
        compounding_loss_fraction=loss,
        expected_compounding_loss_fraction=expected,
        fee_fraction=fee,
        index_return_fraction=index_return,
        fund_return_fraction=fund_return,
        tracking_difference_fraction=difference,
        days=days,
        note=note,
    )


def _days(inputs: Input, ledger: Ledger) -> float:
    """Calendar days held: as given, or the trading days of the path as calendar days."""
    if inputs.days is not None:
        return float(ledger.given("days", inputs.days, "days"))
    if inputs.futures_path is None:
        raise RulesError("days", "is missing beside slope_fraction_per_month", "add it")
    path = ledger.given("futures_path", inputs.futures_path, "index_points")
    used = {
        "futures_path": path,
        "trading_days_per_year": ledger.parameter("trading_days_per_year"),
        "days_per_year": ledger.parameter("days_per_year"),
    }
    value = (len(path) - 1) * used["days_per_year"] / used["trading_days_per_year"]
    return float(ledger.derive("days", "(number of closes - 1) * days_per_year / trading_days_per_year", used, value, "days"))


def _roll(inputs: Input, days: float, leverage: float, ledger: Ledger) -> tuple[float | None, float | None]:
    if inputs.slope_fraction_per_month is None:
        return None, None
    year = ledger.parameter("days_per_year")
    slope = ledger.given("slope_fraction_per_month", inputs.slope_fraction_per_month, "fraction")
    used = {"slope_fraction_per_month": slope, "days": days, "days_per_year": year}
    growth = rolled_growth(slope, days, year)
    ledger.derive("rolled_growth", "(1 + slope_fraction_per_month)^(-12 * days / days_per_year)", used, growth, "ratio")
    used = {"rolled_growth": growth, "leverage": leverage}
    return ledger.derive("roll_drag_fraction", "1 - rolled_growth^leverage", used, 1.0 - growth**leverage, "fraction"), growth


def _expected(inputs: Input, days: float, leverage: float, ledger: Ledger) -> float | None:
    if inputs.futures_path is not None and inputs.daily_volatility_fraction is None:
        return None
    volatility = ledger.resolve("daily_volatility_fraction", inputs.daily_volatility_fraction, "etf_daily_volatility_fraction", "fraction")
    trading, year = ledger.parameter("trading_days_per_year"), ledger.parameter("days_per_year")
    resets = days * trading / year
    used = {"days": days, "trading_days_per_year": trading, "days_per_year": year}
    ledger.derive("daily_resets", "days * trading_days_per_year / days_per_year", used, resets, "trading_days")
    used = {"leverage": leverage, "daily_volatility_fraction": volatility, "daily_resets": resets}
    formula = "1 - exp(-(leverage^2 - leverage) * daily_volatility_fraction^2 * daily_resets / 2)"
    value = 1.0 - volatility_growth(leverage, volatility, resets)
    return float(ledger.derive("expected_compounding_loss_fraction", formula, used, value, "fraction"))


def _along(path: list[float], leverage: float, ledger: Ledger) -> tuple[float, float, str]:
    """Growth of the index and of the fund before fees along a path."""
    ledger.given("futures_path", path, "index_points")
    index = ledger.derive("index_growth", "last close / first close", {"futures_path": path}, path[-1] / path[0], "ratio")
    fund = reset_growth(path, leverage)
    used = {"futures_path": path, "leverage": leverage}
    ledger.derive("fund_growth_before_fee", "product of max(1 + leverage * daily return, 0)", used, fund, "ratio")
    return index, fund, _PATH_NOTE if fund > 0.0 else f"{_WIPED_OUT}; {_PATH_NOTE}"


def _fee(inputs: Input, days: float, ledger: Ledger) -> float:
    year = ledger.parameter("days_per_year")
    yearly = ledger.resolve("fee_fraction", inputs.fee_fraction, "etf_fee_fraction", "fraction")
    used = {"fee_fraction": yearly, "days": days, "days_per_year": year}
    value = 1.0 - fee_growth(yearly, days, year)
    return float(ledger.derive("fee_over_days_fraction", "1 - (1 - fee_fraction / days_per_year)^days", used, value, "fraction"))


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Slope and days unless a path is given."""
    return () if "futures_path" in given else ("slope_fraction_per_month", "days")
