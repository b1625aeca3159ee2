"""Parts of the library: a path that is completed, an addition under way, and a document to read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from os.path import commonprefix
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Input, OptionList, ProgressBar, Static

from knowledge.adding import Outcome
from knowledge.background import Progress
from knowledge.documents import Document
from knowledge.ingest.finding import SUFFIXES

WIDE_COLUMNS = 100
MOST_MATCHES = 200
MOST_REFUSED = 200


def matching_paths(text: str) -> list[str]:
    """Files that can be added and folders whose path begins with a text, as they are typed; hidden ones only after a dot."""
    folder, mark, begun = text.rpartition("/")
    place = Path(f"{folder}{mark}" or ".").expanduser()
    found = []
    try:
        for path in sorted(place.iterdir()):
            if path.name.startswith(begun) and (begun.startswith(".") or not path.name.startswith(".")):
                if path.is_dir():
                    found.append(f"{folder}{mark}{path.name}/")
                elif path.suffix.lower() in SUFFIXES:
                    found.append(f"{folder}{mark}{path.name}")
    except OSError:
        return []
    return found[:MOST_MATCHES]


class PathInput(Input):
    """A path: Tab completes what is typed as far as it is certain, and goes on where there is nothing to complete."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False), Binding("up", "app.focus_previous", show=False)]

    @dataclass
    class Matched(Message):
        """The paths that begin with a text."""

        text: str
        paths: list[str]

    _matches: tuple[str, list[str]] = ("", [])

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value:
            self._match(event.value)
        else:
            self.post_message(self.Matched("", []))

    @work(thread=True, exclusive=True, group="paths")
    def _match(self, text: str) -> None:
        self.post_message(self.Matched(text, matching_paths(text)))

    @on(Matched)
    def _keep(self, message: Matched) -> None:
        if message.text == self.value:
            self._matches = (message.text, message.paths)
        else:
            message.stop()  # more was typed since

    def action_complete(self) -> None:
        """Complete the path, else go to the next part of the screen."""
        text, paths = self._matches
        longer = commonprefix(paths)  # noqa: RUF071 - of letters, not of whole folders
        if text == self.value and len(longer) > len(text):
            self.value = longer
            self.cursor_position = len(longer)
        else:
            self.app.action_focus_next()


class AddingPanel(Vertical):
    """An addition: how far it is, what became of the files so far, and those refused with the reason."""

    DEFAULT_CSS = """
    AddingPanel { height: auto; padding: 0 1; display: none; border-top: solid $panel; }
    AddingPanel.begun { display: block; }
    AddingPanel Horizontal { height: 1; }
    AddingPanel ProgressBar { width: auto; margin: 0 2 0 0; }
    AddingPanel Bar { width: 24; }
    AddingPanel #adding-line { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    AddingPanel #refused { height: auto; max-height: 6; scrollbar-size: 1 1; color: $text-error; }
    AddingPanel #refused Static { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """A bar with its line, and the refusals."""
        with Horizontal():
            yield ProgressBar(show_eta=False)
            yield Static("", id="adding-line", markup=False)
        yield VerticalScroll(id="refused")

    def on_mount(self) -> None:
        """Nothing is being added yet."""
        self._counts: Counter[str] = Counter()
        self._listed = 0
        self._progress = Progress(0, 0)
        self.query_one("#refused").can_focus = False

    def begin(self) -> None:
        """Start anew."""
        self.add_class("begun")
        self._counts.clear()
        self._listed = 0
        self._progress = Progress(0, 0)
        self.query_one("#refused").remove_children()
        self.query_one("#refused").can_focus = False
        self.query_one(ProgressBar).update(total=None, progress=0)
        self._say("looking for files")

    def take(self, event: Outcome | Progress) -> None:
        """Show what happened."""
        if isinstance(event, Progress):
            self._progress = event
            self.query_one(ProgressBar).update(total=event.files, progress=event.read)
        else:
            self._counts[event.state] += 1
            if event.state == "refused":
                self._list(f"! {event.place}: {event.problem}; {event.remedy}")
            elif event.note:
                self._list(f"! {event.note}")
        self._say(f"{self._progress.read} of {self._progress.files} files read")

    def end(self, how: str) -> None:
        """Say how it ended."""
        bar = self.query_one(ProgressBar)
        if bar.total is None:
            bar.update(total=1)  # else it moves on as if something went on
        self._say(how)

    def _list(self, words: str) -> None:
        """Name a file that was refused, or whose text another has replaced; as many as can be read."""
        listed, self._listed = self.query_one("#refused", VerticalScroll), self._listed + 1
        if self._listed <= MOST_REFUSED:
            listed.mount(Static(Content(words), markup=False))
            listed.can_focus = True

    def _say(self, text: str) -> None:
        parts = [f"{self._counts[state]} {state}" for state in ("added", "replaced", "unchanged", "refused") if self._counts[state]]
        self.line = " · ".join([text, *parts])
        self.query_one("#adding-line", Static).update(Content(self.line))


class DocumentScreen(Screen[None]):
    """A document to read: its headings beside its text. It opens at a heading when one is given."""

    DEFAULT_CSS = """
    DocumentScreen #document-title { height: 1; padding: 0 1; background: $panel; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
    DocumentScreen #document-source { height: auto; padding: 0 1; color: $text-muted; }
    DocumentScreen #document-parts { height: 1fr; layout: vertical; }
    DocumentScreen #headings { height: auto; max-height: 6; border: none; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    DocumentScreen #text { height: 1fr; padding: 0 2; border-top: solid $panel; scrollbar-size: 1 1; }
    DocumentScreen .heading { height: auto; margin: 1 0 0 0; text-style: bold; color: $accent; }
    DocumentScreen .section { height: auto; max-width: 100; }
    DocumentScreen.wide #document-parts { layout: horizontal; }
    DocumentScreen.wide #headings { width: 36; height: 100%; max-height: 100%; }
    DocumentScreen.wide #text { height: 100%; border-top: none; border-left: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "heading(1)", "Next heading", id="document.next"),
        Binding("p", "heading(-1)", "Heading before", id="document.previous"),
        Binding("escape", "leave", "Close", id="document.leave"),
    ]

    def __init__(self, document: Document, heading: str = "") -> None:
        super().__init__()
        self._document = document
        self._headings = [section.heading for section in document.sections]
        self._begin = self._headings.index(heading) if heading in self._headings else 0

    def compose(self) -> ComposeResult:
        """Title and source, headings, text, keys."""
        document, source = self._document, self._document.sources[0]
        yield Static(Content(document.title), id="document-title", markup=False)
        parts = (document.kind, source.date, source.author, source.url or document.address)
        yield Static(Content(" · ".join(part for part in parts if part)), id="document-source", markup=False)
        with Horizontal(id="document-parts"):
            yield OptionList(*(Content(heading or "Beginning") for heading in self._headings), id="headings", markup=False)
            with VerticalScroll(id="text"):
                if not document.sections:
                    yield Static(Content(document.text.strip() or "This document has no text."), classes="section", markup=False)
                for number, section in enumerate(document.sections):
                    yield Static(Content(section.heading), classes="heading", id=f"heading-{number}", markup=False)
                    yield Static(Content(document.text[section.start : section.end].strip()), classes="section", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Start at the heading that was asked for."""
        listed = self.query_one("#headings", OptionList)
        listed.display = bool(self._headings)
        if self._headings:
            listed.highlighted = self._begin
        self.query_one("#text").focus()

    def on_resize(self, event: Resize) -> None:
        """Headings beside the text where there is room."""
        self.set_class(event.size.width >= WIDE_COLUMNS, "wide")

    @on(OptionList.OptionHighlighted, "#headings")
    def _pointed_at(self, event: OptionList.OptionHighlighted) -> None:
        heading = self.query_one(f"#heading-{event.option_index}")
        self.call_after_refresh(self.query_one("#text", VerticalScroll).scroll_to_widget, heading, top=True, animate=False)

    def action_heading(self, step: int) -> None:
        """Go to the next heading, or to the one before."""
        listed = self.query_one("#headings", OptionList)
        if self._headings:
            listed.highlighted = min(max((listed.highlighted or 0) + step, 0), len(self._headings) - 1)

    def action_leave(self) -> None:
        """Close the document."""
        self.dismiss(None)
