"""What a hedged book ties up, layer by layer, what that capital costs, and what carrying the hedge drags; kept apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rules.finance.capital import CapitalLayer, layered_wacc
from rules.finance.rates import capm
from rules.ledger import Ledger
from rules.outcomes.models import Capital, CapitalPart
from rules.planning.book import Book
from rules.planning.execution import margin_usd
from rules.planning.layers import Position
from rules.planning.laying import Draft
from rules.planning.market import MarketView
from rules.planning.models import PlanLayer
from rules.planning.request import Financing, LayerFinancing

COMPONENTS = {"vx": "futures", "vxm": "futures", "vix_call": "calls", "etf": "etfs"}


@dataclass(frozen=True, slots=True)
class CapitalAfter:
    """Capital at risk after a row, USD; WACC (fraction a year) and its change (basis points) where financing is given."""

    capital_usd: float
    wacc: float | None
    change_bp: float | None
    carry_drag: float | None


def capital_after_rows(draft: Draft, layers: Sequence[PlanLayer], financing: Financing | None) -> tuple[dict[int, CapitalAfter], list[CapitalPart]]:
    """Capital at risk after each sized row (by its number), and the parts: condor loss, margin, premium, cost of shares.

    A futures margin that is not given is not part of the capital, and the part says so.
    """
    book, ledger = draft.book, draft.ledger
    assert book is not None, "capital is that of a book"
    parts = [CapitalPart(name="condors", capital_usd=book.max_loss_usd, note="maximum loss of the condors")]
    steps = {"book.max_loss_usd": book.max_loss_usd}
    costs = _Costs(financing, draft.view, book, ledger)
    found: dict[int, CapitalAfter] = {}
    for number, row in enumerate(draft.rows):
        if not isinstance(row.entry, Position) or not row.quantity:
            continue
        part = _part(number, row.entry, row.quantity, draft)
        parts.append(part)
        steps[f"layers.{number}.capital_usd"] = part.capital_usd
        total = math.fsum(steps.values())
        ledger.derive(f"layers.{number}.capital_at_risk_usd", "sum of the capital so far", steps, total, "usd")
        wacc, change = costs.after(number, row.entry, parts)
        found[number] = CapitalAfter(total, wacc, change, _drag(number, layers[number], total, ledger))
    return found, parts


def _part(number: int, position: Position, quantity: int, draft: Draft) -> CapitalPart:
    margin = margin_usd(position, draft.account)
    ledger, name = draft.ledger, f"layers.{number}"
    if position.instrument in ("vx", "vxm"):
        if margin is None:
            used = ledger.cite(f"{name}.quantity")
            nothing = ledger.derive(f"{name}.capital_usd", "no margin is given for quantity contracts", used, 0.0, "usd")
            return CapitalPart(name=position.name, capital_usd=nothing, note="margin not given")
        dated = draft.account.futures_margin
        assert dated is not None, "a margin has its date"
        step = f"account.futures_margin.{position.instrument}_usd_per_contract"
        used = ledger.cite(f"{name}.quantity") | {step: ledger.given(step, margin, "usd_per_contract")}
        value = ledger.derive(f"{name}.capital_usd", "quantity * margin", used, quantity * margin, "usd")
        return CapitalPart(name=position.name, capital_usd=value, note=f"initial margin as of {dated.dated}")
    value = quantity * position.price * position.multiplier_usd
    used = ledger.cite(f"{name}.quantity", f"{name}.price")
    ledger.derive(f"{name}.capital_usd", "quantity * price * multiplier", used, value, "usd")
    return CapitalPart(name=position.name, capital_usd=value, note="premium" if position.call is not None else "cost of the shares")


def _drag(number: int, layer: PlanLayer, capital_usd: float, ledger: Ledger) -> float | None:
    """Hedge cost to the condors' expiry over the capital at risk, a fraction of the period."""
    if layer.hedge_cost_usd is None or capital_usd <= 0:
        return None
    used = ledger.cite(f"layers.{number}.hedge_cost_usd", f"layers.{number}.capital_at_risk_usd")
    value = layer.hedge_cost_usd / capital_usd
    return float(ledger.derive(f"layers.{number}.carry_drag_fraction", "hedge cost / capital at risk", used, value, "fraction"))


class _Costs:
    """Cost of capital of the parts so far; None throughout without financing."""

    def __init__(self, financing: Financing | None, view: MarketView, book: Book, ledger: Ledger) -> None:
        self._financing, self._view, self._ledger = financing, view, ledger
        self._layers: list[CapitalLayer] = []
        if financing is not None:
            self._debt = float(ledger.given("financing.cost_of_debt_fraction", financing.cost_of_debt_fraction, "fraction"))
            self._tax = float(ledger.resolve("financing.tax_rate_fraction", financing.tax_rate_fraction, "tax_rate_fraction", "fraction"))
            self._add("condors", book.max_loss_usd, "condor", financing.condor)

    def after(self, number: int, position: Position, parts: Sequence[CapitalPart]) -> tuple[float | None, float | None]:
        """WACC after a row and its change in basis points; a row without capital changes nothing."""
        if self._financing is None:
            return None, None
        component = COMPONENTS[position.instrument]
        if parts[-1].capital_usd > 0:
            self._add(parts[-1].name, parts[-1].capital_usd, component, getattr(self._financing, component))
        if not self._layers:
            return None, None
        costs = layered_wacc(self._layers, None, self._debt, self._tax)[-1]
        change = costs.change_bp if parts[-1].capital_usd > 0 else 0.0
        used = self._ledger.cite(f"layers.{number}.capital_at_risk_usd", under=["financing.", "book.max_loss_usd"])
        used |= self._ledger.cite(under=[f"layers.{place}.capital_usd" for place in range(number + 1)])
        step = f"layers.{number}.wacc_fraction"
        self._ledger.derive(step, "sum K [(1 - x) ke + x rd (1 - tax)] / sum K", used, costs.wacc, "fraction")
        self._ledger.derive(f"layers.{number}.wacc_change_bp", "change by this row", used, change, "bp")
        return costs.wacc, change

    def _add(self, name: str, capital_usd: float, component: str, given: LayerFinancing) -> None:
        if capital_usd > 0:
            equity = self._cost_of_equity(component, given)
            borrowed = self._ledger.given(f"financing.{component}.borrowed_fraction", given.borrowed_fraction, "fraction")
            self._layers.append(CapitalLayer(name, capital_usd, borrowed, equity))

    def _cost_of_equity(self, component: str, given: LayerFinancing) -> float:
        """ke as given, or rf + beta * equity risk premium (docs/DEFINITIONS.md, capital)."""
        name, ledger = f"financing.{component}", self._ledger
        if given.cost_of_equity_fraction is not None:
            return float(ledger.given(f"{name}.cost_of_equity_fraction", given.cost_of_equity_fraction, "fraction"))
        assert given.beta is not None, "the validator asks for one of the two"
        premium = ledger.parameter("equity_risk_premium_fraction")
        used = {f"{name}.beta": ledger.given(f"{name}.beta", given.beta, "ratio")} | ledger.cite("market.rate", "equity_risk_premium_fraction")
        value = capm(self._view.rate, given.beta, premium)
        return float(ledger.derive(f"{name}.cost_of_equity_fraction", "market.rate + beta * equity_risk_premium_fraction", used, value, "fraction"))


def capital_of_plan(draft: Draft, layers: Sequence[PlanLayer], after: dict[int, CapitalAfter], parts: list[CapitalPart]) -> Capital:
    """Capital of the whole stack; the return net of carry with the VIX held against what the WACC asks for until the condors' expiry."""
    book, ledger = draft.book, draft.ledger
    assert book is not None, "capital is that of a book"
    last = max(after, default=None)
    total = book.max_loss_usd if last is None else after[last].capital_usd
    source = "book.max_loss_usd" if last is None else f"layers.{last}.capital_at_risk_usd"
    ledger.derive("capital.capital_at_risk_usd", "capital of the whole stack", {source: total}, total, "usd")
    wacc = None if last is None else after[last].wacc
    left = None if last is None else layers[last].max_profit_after_usd
    net = None
    if left is not None and total > 0:
        used = ledger.cite(f"layers.{last}.max_profit_after_usd", "capital.capital_at_risk_usd")
        net = left / total
        ledger.derive("capital.return_net_of_carry_fraction", "credit less hedge cost / capital at risk", used, net, "fraction")
    required = None
    if wacc is not None:
        days = (f"condor_{number}.days_to_expiry" for number in range(1, len(book.condors) + 1))
        used = ledger.cite(f"layers.{last}.wacc_fraction", "days_per_year", *days)
        required = wacc * book.days_longest / draft.view.days_per_year
        ledger.derive("capital.required_return_fraction", "WACC * days to the condors' expiry / days_per_year", used, required, "fraction")
    return Capital(
        parts=parts,
        capital_at_risk_usd=total,
        wacc_fraction=wacc,
        carry_drag_fraction=None if last is None else after[last].carry_drag,
        return_net_of_carry_fraction=net,
        required_return_fraction=required,
    )
