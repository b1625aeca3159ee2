"""The panes beside the conversation. What they show is kept here; each pane is made when it is first looked at."""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual import on
from textual.widget import Widget
from textual.widgets import TabbedContent, TabPane

from assistant.tui.evidence import EvidencePane
from assistant.tui.facts import FactsPane, GlossaryPane
from assistant.tui.plan import PlanPane

if TYPE_CHECKING:
    from knowledge.documents import Term
    from rules.parameters import Parameters

TITLES = {"evidence": "Evidence", "plan": "Plan", "charts": "Charts", "facts": "Facts", "glossary": "Glossary"}


class Side(TabbedContent):
    """Evidence, plan, charts, facts and glossary.

    Charts are drawn of what is computed with `parameters`, which waits until they are there; `is_ascii` says whether with ASCII alone.
    """

    def __init__(self, parameters: Callable[[], Parameters], is_ascii: Callable[[], bool]) -> None:
        super().__init__(id="side", initial="evidence")
        self.evidence = EvidencePane()
        self.calculation: Mapping[str, Any] | None = None
        self._facts: Mapping[str, Any] = {}
        self._terms: Sequence[Term] = ()
        self._parameters, self._is_ascii = parameters, is_ascii
        self._opening = Lock()
        for name, title in TITLES.items():
            self.compose_add_child(TabPane(title, *([self.evidence] if name == "evidence" else []), id=name))

    def show_calculation(self, calculation: Mapping[str, Any] | None) -> None:
        """Put a calculation into the plan pane and the charts, or none."""
        self.calculation = calculation
        for name in ("plan", "charts"):
            for pane in self._made(name):
                pane.show(calculation)

    def show_facts(self, facts: Mapping[str, Any]) -> None:
        """Replace what the session knows."""
        self._facts = facts
        for pane in self._made("facts"):
            pane.show(facts)

    def take_terms(self, terms: Sequence[Term]) -> None:
        """The terms of the glossary."""
        self._terms = terms
        for pane in self._made("glossary"):
            pane.take(terms)

    async def bring_up(self, name: str) -> Any:
        """Bring a pane to the front, and return it ready for the keys."""
        self.active = name
        return await self._opened(name)

    @on(TabbedContent.TabActivated)
    async def _tab_opened(self, event: TabbedContent.TabActivated) -> None:
        await self._opened(str(event.pane.id))

    async def _opened(self, name: str) -> Any:
        async with self._opening:  # by key and by click at once: neither may have it half made
            if not self._made(name):
                await self.get_pane(name).mount(self._new(name))
        return self._made(name)[0]

    def _made(self, name: str) -> Sequence[Any]:
        return self.get_pane(name).children

    def _new(self, name: str) -> Widget:
        if name == "plan":
            return PlanPane(self.calculation)
        if name == "facts":
            return FactsPane(self._facts)
        if name == "glossary":
            return GlossaryPane(self._terms)
        from assistant.tui.charts import ChartsPane

        return ChartsPane(self.calculation, self._parameters, ascii_only=self._is_ascii())
