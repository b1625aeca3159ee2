"""Lays the three layers one after the other: what is held, what is ordered today, what waits and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from rules.ledger import Ledger
from rules.planning.book import Book
from rules.planning.execution import Purse, allowed_today
from rules.planning.holdings import Held, Progress
from rules.planning.inputs import Account
from rules.planning.layers import FuturesChoice, Gap, Position, call_positions, futures_positions
from rules.planning.market import MarketView
from rules.planning.models import LayerState, Order
from rules.planning.shares import call_tranche_count
from rules.planning.sizing import contracts_within
from rules.planning.stack import etf_position, fund_exposure, fund_position, stand_in_fit
from rules.signals import gates


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the stack: a position with its state, or a part that cannot be sized.

    `quantity` is what the hedge holds once the row is in place, `held` what of it is held, `due` what is ordered
    or still to be ordered.
    """

    entry: Position | Gap
    state: LayerState
    reason: str
    quantity: int
    held: int = 0
    due: int = 0


@dataclass(slots=True)
class Draft:
    """What is known while the layers are laid; `stand_in`: a fund takes the place of futures, as the account chose."""

    planned_usd: float
    book: Book | None
    view: MarketView
    account: Account
    held: Progress
    start: gates.Arming
    timing: gates.Arming
    spacing_override: str | None
    ledger: Ledger
    purse: Purse
    stand_in: bool = False
    rows: list[Row] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    tranches_filled: int = 0
    funds_filled: bool = False

    @property
    def first_layer_wanted(self) -> bool:
        """Whether the first layer comes before the others: futures may be traded, or a fund stands in for them."""
        return self.account.futures_allowed or self.stand_in


def lay(draft: Draft, chosen: FuturesChoice | None) -> None:
    """Fill the draft in the stated order (source paragraph 1): futures or their stand-in, calls, funds."""
    _lay_first(draft, chosen)
    _lay_calls(draft)
    _lay_funds(draft)


def _lay_first(draft: Draft, chosen: FuturesChoice | None) -> None:
    held = draft.held
    planned = _stand_in(draft) if draft.stand_in else [] if chosen is None else futures_positions(chosen, draft.ledger)
    words = f"futures held make up {held.first_layer_share_fraction:.1%} of the planned hedge vega"
    if draft.stand_in:
        words = words.replace("futures held make", "the fund held, which stands in for futures, makes")
    in_place = held.of_layer(1) + ([_standing_in(entry) for entry in held.of_layer(3)] if draft.stand_in else [])
    names = set() if held.first_layer_filled or not draft.first_layer_wanted else {position.name for position in planned}
    for entry in in_place:
        if entry.position is None or entry.position.name not in names:
            _add_held(draft, entry, "filled" if held.first_layer_filled else "held", words)
    if held.first_layer_filled or not draft.first_layer_wanted:
        return
    for position in planned:
        due = position.quantity
        same = [entry for entry in in_place if entry.position is not None and entry.position.name == position.name]
        if not draft.start.armed:
            _add(draft, position, "waiting", draft.start.reason, same, due)
        else:
            _order(draft, position, draft.start.reason if not in_place else f"{draft.start.reason}; {words}", same, due)


def _standing_in(held: Held) -> Held:
    """A fund held, as the first layer that it stands in for."""
    return held if held.position is None else replace(held, position=replace(held.position, layer=1))


def _stand_in(draft: Draft) -> list[Position]:
    """The fund in place of futures, sized to the band of the futures layer (source paragraph 4)."""
    fit = stand_in_fit(draft.planned_usd, draft.held.first_held(), draft.view, draft.ledger)
    if fit is None or fit.best is None:
        reason = "no VIX ETF is quoted to stand in for futures" if fit is None else "no whole number of shares lies inside the band"
        draft.rows.append(Row(Gap(1, "etf", None, reason), "blocked", reason, 0))
        return []
    exposure = fund_exposure(draft.view.market.etfs[0], 0, draft.view, draft.ledger)
    return [fund_position(1, fit.best, "layer_1.etf.shares", exposure, draft.view)]


def _lay_calls(draft: Draft) -> None:
    least = draft.ledger.parameter("call_tranche_filled_fraction")
    count = call_tranche_count(draft.ledger)
    for entry in call_positions(draft.planned_usd, count, draft.view, draft.ledger):
        number = entry.tranche or 0
        in_place = draft.held.of_layer(2, number)
        if draft.held.tranche_filled(number, None if isinstance(entry, Gap) else entry, least):
            draft.tranches_filled += 1
            for held in in_place:
                _add_held(draft, held, "filled", f"tranche {number} is held")
            if not in_place:
                reason = f"tranche {number} is passed over: a later one is held"
                draft.rows.append(Row(Gap(2, "vix_call", number, reason, needed=False), "filled", reason, 0))
            continue
        same = [held for held in in_place if held.position is not None and held.position.name == getattr(entry, "name", None)]
        for held in (held for held in in_place if held not in same):
            _add_held(draft, held, "held", f"part of tranche {number} is held")
        if isinstance(entry, Gap):
            draft.rows.append(Row(entry, "blocked", entry.reason, 0))
        elif not draft.account.options_allowed:
            draft.rows.append(Row(entry, "forbidden", "the account may not buy options", 0))
        else:
            _lay_tranche(draft, entry, number, same)
    for number in sorted(number for number in draft.held.tranches if number > count):
        for held in draft.held.of_layer(2, number):
            _add_held(draft, held, "filled", f"tranche {number} is held, beyond the {count} that are planned")


def _lay_tranche(draft: Draft, entry: Position, number: int, same: list[Held]) -> None:
    """What is missing of a tranche: ordered, waiting, or not needed because the hedge is whole without it."""
    due = min(entry.quantity - ceil(draft.held.tranche_contracts(number, entry) - 1e-9), _room(draft, entry))
    if due <= 0:
        draft.tranches_filled += 1
        reason = f"the hedge held and ordered leaves no room for tranche {number} within the planned hedge vega"
        draft.rows.append(Row(Gap(2, "vix_call", number, reason, needed=False), "not_needed", reason, 0))
    elif waits := _call_waits(draft, number):
        _add(draft, entry, "waiting", waits, same, due)
    else:
        _order(draft, entry, _timed(draft), same, due)


def _room(draft: Draft, position: Position) -> int:
    """How many more of a position the planned hedge vega leaves room for beside what is held and what the rows so far still buy."""
    coming = sum(row.due * row.entry.exposure_usd for row in draft.rows if isinstance(row.entry, Position))
    return contracts_within(max(draft.planned_usd - draft.held.exposure_usd() - coming, 0.0), position.exposure_usd)


def _timed(draft: Draft) -> str:
    if draft.spacing_override is None:
        return draft.timing.reason
    return f"{draft.timing.reason}; the spacing of tranches was set aside: {draft.spacing_override}"


def _call_waits(draft: Draft, number: int) -> str | None:
    """Why a tranche is not ordered today, None when it is."""
    held, start, timing = draft.held, draft.start, draft.timing
    if number > draft.tranches_filled + 1:
        spacing = draft.ledger.parameter("call_tranche_spacing_days")
        return f"waits for tranche {number - 1}, then {spacing} business days"
    if draft.first_layer_wanted and not held.first_layer_filled:
        layer = "the fund that stands in for futures" if draft.stand_in else "the futures layer"
        return f"waits for {layer} to be filled; {timing.reason}" if start.armed else f"waits for {layer}, which is {start.reason}"
    if not draft.first_layer_wanted and not start.armed:
        return start.reason
    if not timing.armed:
        return timing.reason
    if number in held.tranches or draft.spacing_override is not None:
        return None
    if not held.spacing_known:
        return "the calls held have no acquired_on, so their spacing cannot be kept; give it"
    if held.next_tranche_on is not None and held.next_tranche_on > draft.view.as_of:
        return f"spaced: the next tranche may be bought on {held.next_tranche_on}"
    return None


def _lay_funds(draft: Draft) -> None:
    held, account = draft.held, draft.account
    if draft.stand_in:
        reason = "the fund already stands in for the futures layer"
        draft.funds_filled = True
        draft.rows.append(Row(Gap(3, "etf", None, reason, needed=False), "not_needed", reason, 0))
        return
    shares = {
        f"layers.{number}.share_fraction": record_share(draft, number)
        for number, row in enumerate(draft.rows)
        if isinstance(row.entry, Position) and row.entry.layer == 1
    }
    found = etf_position(draft.planned_usd, shares, draft.view, draft.ledger)
    least = draft.ledger.parameter("call_tranche_filled_fraction")
    in_place = held.of_layer(3)
    enough = isinstance(found, Gap) or held.etf_shares >= least * found.quantity
    if in_place and enough:
        draft.funds_filled = True
        for entry in in_place:
            _add_held(draft, entry, "filled", "an ETF position is held")
        return
    same = [entry for entry in in_place if entry.position is not None and not isinstance(found, Gap) and entry.position.name == found.name]
    for entry in (entry for entry in in_place if entry not in same):
        _add_held(draft, entry, "held", "part of the ETF layer is held")
    if isinstance(found, Gap):
        draft.funds_filled = not found.needed
        draft.rows.append(Row(found, "blocked" if found.needed else "not_needed", found.reason, 0))
    elif not account.etfs_allowed:
        draft.rows.append(Row(found, "forbidden", "the account may not buy ETFs", 0))
    else:
        _lay_fund(draft, found, same)


def _lay_fund(draft: Draft, found: Position, same: list[Held]) -> None:
    """What is missing of the fund: ordered once the layers before are in place, else waiting."""
    held, account = draft.held, draft.account
    due = min(found.quantity - held.etf_shares, _room(draft, found))
    if due <= 0:
        draft.funds_filled = True
        reason = "the hedge held and ordered leaves no room for a fund within the planned hedge vega"
        draft.rows.append(Row(Gap(3, "etf", None, reason, needed=False), "not_needed", reason, 0))
    elif not held.first_layer_filled and (account.futures_allowed or not draft.start.armed):
        _add(draft, found, "waiting", "waits for the futures layer" if account.futures_allowed else draft.start.reason, same, due)
    elif account.options_allowed and draft.tranches_filled < call_tranche_count(draft.ledger):
        _add(draft, found, "waiting", "waits for all call tranches", same, due)
    else:
        reason = "all tranches are held" if account.options_allowed else "the account may not buy options, and the layers before are in place"
        _order(draft, found, reason, same, due)


def record_share(draft: Draft, number: int) -> float:
    """Share of the planned hedge vega of a row that holds a position, recorded with its quantity."""
    row = draft.rows[number]
    position = row.entry
    assert isinstance(position, Position), "only positions have shares"
    share = row.quantity * position.exposure_usd / draft.planned_usd
    name = f"layers.{number}"
    used: dict[str, float] = {position.sized_by: position.sized}
    if row.due and row.due != position.quantity:
        beside = draft.ledger.cite("planned_hedge_vega_usd", under=["holdings.", *(f"layers.{place}.share_fraction" for place in range(number))])
        draft.ledger.derive(
            f"{name}.due", "what is missing beside the hedge held, within the planned hedge vega", used | beside, row.due, "contracts"
        )
        used |= {f"{name}.due": row.due}
    if row.held:
        used |= {f"holdings.{h.number}.quantity": h.holding.quantity for h in draft.held.positions if _is(h, position)}
    draft.ledger.derive(f"{name}.quantity", "as sized or held, ten minis to a full contract", used, row.quantity, "contracts")
    used = {"planned_hedge_vega_usd": draft.planned_usd, f"{name}.quantity": row.quantity, position.exposure_step: position.exposure_usd}
    return float(draft.ledger.derive(f"{name}.share_fraction", "quantity * exposure / planned_hedge_vega_usd", used, share, "fraction"))


def _is(held: Held, position: Position) -> bool:
    return held.position is not None and held.position.name == position.name


def _add_held(draft: Draft, held: Held, state: LayerState, reason: str) -> None:
    """A row for a hedge in place; where it cannot be priced, a gap that says so."""
    if held.position is None:
        layer = {"vx": 1, "vxm": 1, "vix_call": 2, "etf": 3}[held.holding.instrument]
        gap = Gap(2 if layer == 2 else 3, held.holding.instrument, held.holding.tranche, held.problem or "", needed=False)
        draft.rows.append(Row(gap, state, f"{reason}; {held.problem}", held.holding.quantity, held.holding.quantity))
        return
    draft.rows.append(Row(held.position, state, reason, held.position.quantity, held.position.quantity))


def _add(draft: Draft, position: Position, state: LayerState, reason: str, held: Sequence[Held] = (), due: int = 0) -> None:
    """A row for what is due beside the contracts `held` of it; its price is the mean of what was paid and what is quoted."""
    count = sum(entry.holding.quantity for entry in held)
    parts = {entry.position.price_step: entry.position.price for entry in held if entry.position is not None}
    if parts and any(price != position.price for price in parts.values()):
        paid = sum(entry.position.quantity * entry.position.price for entry in held if entry.position is not None)
        used = parts | draft.ledger.cite(position.price_step, *(f"holdings.{entry.number}.quantity" for entry in held))
        step = f"layers.{len(draft.rows)}.mean_price"
        mean = (paid + due * position.price) / (count + due)
        draft.ledger.derive(step, "(held * price paid + due * price today) / (held + due)", used, mean, "usd" if position.fund else "index_points")
        position = replace(position, price=mean, price_step=step)
    draft.rows.append(Row(position, state, reason, count + due, count, due))


def _order(draft: Draft, position: Position, reason: str, held: Sequence[Held], due: int) -> None:
    """A row with the day's order; blocked when liquidity, cash or margin leave nothing to order."""
    count, limited = allowed_today(position, due, draft.purse, draft.ledger)
    text = reason if limited is None else f"{reason}; {limited}"
    if count:
        on = draft.view.as_of
        draft.orders.append(Order(on=on, instrument=position.instrument, name=position.name, side="long", quantity=count, reason=text))
    _add(draft, position, "ordered" if count else "blocked", text, held, due)
