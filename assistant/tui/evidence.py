"""The passages behind an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content, Span
from textual.widgets import Static

if TYPE_CHECKING:
    from assistant.evidence import Evidence

HINT = "The passages behind an answer appear here, the sentences it uses highlighted."


class Passage(Static):
    """One citation: the passage, its source, when and where that was published, its reference."""

    def __init__(self, entry: Evidence) -> None:
        super().__init__(passage_content(entry), classes="passage", markup=False)
        self.entry = entry


class EvidencePane(VerticalScroll):
    """The citations of an answer, one below the other; one of them is pointed at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right", "step(1)", "Next citation", show=False, id="evidence.next"),
        Binding("p,left", "step(-1)", "Citation before", show=False, id="evidence.previous"),
        Binding("a", "app.copy('reference')", "Copy this reference (APA)", show=False, id="evidence.apa"),
        *(Binding(str(number), f"app.cite('{number}')", f"Citation {number}", show=False, id=f"evidence.cite_{number}") for number in range(1, 10)),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._pointed: Passage | None = None

    def compose(self) -> ComposeResult:
        """Start with a line that says what will stand here."""
        yield Static(HINT, classes="hint")

    def show(self, evidence: Sequence[Evidence], marker: int = 0) -> None:
        """Replace what is shown, and point at a citation (0: at none in particular)."""
        self.remove_children()
        self._pointed = None
        passages = [Passage(entry) for entry in evidence]
        if passages:
            self.mount(*passages)
            wanted = next((passage for passage in passages if passage.entry.marker == marker), None)
            self._point_at(wanted or passages[0], go=wanted is not None)
        else:
            self.mount(Static("No document was cited.", classes="hint"))
        if not marker:
            self.scroll_home(animate=False)

    @property
    def pointed(self) -> Evidence | None:
        """The citation that is pointed at."""
        return None if self._pointed is None else self._pointed.entry

    def action_step(self, by: int) -> None:
        """Point at another citation."""
        passages = list(self.query(Passage))
        if self._pointed in passages:
            self._point_at(passages[min(max(passages.index(self._pointed) + by, 0), len(passages) - 1)], go=True)

    def _point_at(self, passage: Passage, *, go: bool) -> None:
        if self._pointed is not None:
            self._pointed.remove_class("pointed")
        self._pointed = passage
        passage.add_class("pointed")
        if go:
            self.call_after_refresh(self.scroll_to_widget, passage, top=True, animate=False)


def passage_content(entry: Evidence) -> Content:
    """Title and heading, the passage with the used sentences highlighted, then where it is from: a small pane shows the passage first."""
    cited = entry.citation
    title = f"[{entry.marker}] {cited.title}"
    head = f"{title}\n{cited.heading}\n" if cited.heading else f"{title}\n"
    behind = f"{'In other words from ' if cited.kind == 'paraphrase' else ''}{cited.source_title}"
    source = [behind, f"{cited.author or 'no author named'}, {cited.date or 'no date'}", cited.url or ""]
    tail = "\n\n" + "\n".join(line for line in source if line) + f"\n\nAPA  {cited.apa}"
    spans = [Span(0, len(title), "bold"), Span(len(title), len(head), "dim")]
    spans += [Span(len(head) + start, len(head) + end, "bold reverse") for start, end in entry.used]
    end = len(head) + len(entry.text)
    return Content(head + entry.text + tail, spans=[*spans, Span(end, end + len(tail), "dim")])
