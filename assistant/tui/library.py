"""The knowledge base in the UI: what is in it, searched, read, added to and removed from, while questions are asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import DataTable, Input, Static

from assistant.tui.dialogs import Confirm
from assistant.tui.footer import KeysFooter
from assistant.tui.library_parts import AddingPanel, DocumentScreen, PathInput
from knowledge.adding import Outcome
from knowledge.background import BackgroundAddition, Progress
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.documents import Document

MOST_LISTED = 500
MOST_FOUND = 30
_NOTHING = "No title or address has these words; Enter searches the texts."
_OTHER_COLUMNS, _WIDEST = 46, 120
_COLUMNS = ("title", "kind", "from", "date", "address")


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in the list; `heading` is where a search has found the words."""

    document_id: str
    title: str
    kind: str
    shipped: bool
    date: str
    address: str
    heading: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        place = f"{self.heading} · {self.address}" if self.heading and self.address else self.heading or self.address
        return (self.title, self.kind, "shipped" if self.shipped else "added", self.date, place)


@dataclass
class LibraryChanged(Message):
    """Documents came in or went out: how many there are now."""

    documents: int


@dataclass
class AddingProgressed(Message):
    """How far an addition is, in one line; empty when it is over."""

    line: str


class LibraryScreen(Screen[None]):
    """List, search, read, add, remove. `open_base` opens a base of this screen's own, in a worker, when it is first needed.

    An addition runs in a process of its own and goes on while the screen is left, if the app has installed it.
    """

    DEFAULT_CSS = """
    LibraryScreen #library-title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    LibraryScreen .line { margin: 1 1 0 1; padding: 0 1; background: $boost; }
    LibraryScreen .line:focus { background: $primary-muted; }
    LibraryScreen DataTable { height: 1fr; margin: 1 0 0 1; scrollbar-size: 1 1; }
    LibraryScreen #library-paths { height: 1; padding: 0 2; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    LibraryScreen #library-said { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    LibraryScreen #library-said.failure { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "add", "Add", id="library.add"),
        Binding("f3", "search", "Search", id="library.search"),
        Binding("f4", "read", "Read", id="library.read"),
        Binding("f6", "cancel", "Stop adding", id="library.cancel"),
        Binding("f8", "remove", "Remove", id="library.remove"),
        Binding("escape", "leave", "Close", id="library.leave"),
    ]

    @dataclass
    class Found(Message):
        """The documents of the base, or those that a search found, best first."""

        words: str
        documents: Sequence[Listed]
        changed: bool

    @dataclass
    class Opened(Message):
        """A document to read, from a heading on."""

        document: Document
        heading: str

    @dataclass
    class Prepared(Message):
        """An addition that can begin."""

        addition: BackgroundAddition

    @dataclass
    class Added(Message):
        """An event of the addition."""

        event: Outcome | Progress

    @dataclass
    class AddingEnded(Message):
        """The addition is over; `problem` says why it could not go on, if it could not."""

        cancelled: bool
        problem: str

    @dataclass
    class Refused(Message):
        """Something could not be done: what is wrong and what to do."""

        text: str

    def __init__(self, open_base: Callable[[], KnowledgeBase], allow_adding: bool = True) -> None:
        super().__init__()
        self._open_base, self._allow_adding = open_base, allow_adding
        self._base: KnowledgeBase | None = None
        self._base_lock = Lock()
        self._addition: BackgroundAddition | None = None
        self._all: Sequence[Listed] = ()
        self._listed: Sequence[Listed] = ()
        self._shown: Sequence[Listed] = ()
        self._adding = False

    def compose(self) -> ComposeResult:
        """Search, list, path, addition, what was done, keys."""
        yield Static("Knowledge", id="library-title", markup=False)
        yield Input(placeholder="Type to filter titles and addresses, Enter searches the texts", compact=True, classes="line", id="library-words")
        yield DataTable(cursor_type="row", id="library-documents")
        path = PathInput(placeholder="Add a file, a folder or a pattern; Tab completes", compact=True, classes="line", id="library-path")
        path.display = self._allow_adding
        yield path
        yield Static("", id="library-paths", markup=False)
        yield AddingPanel()
        yield Static("opening the knowledge base", id="library-said", markup=False)
        yield KeysFooter(show_command_palette=False)

    def on_mount(self) -> None:
        """List the documents."""
        table: DataTable[Text] = self.query_one(DataTable)
        for column in _COLUMNS:
            table.add_column(column, key=column)
        self.query_one("#library-words", Input).focus()
        self._list_in_thread(changed=False)

    def on_unmount(self) -> None:
        """Nothing goes on without the screen."""
        if self._addition is not None:
            self._addition.cancel()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Adding is offered where it is allowed, stopping while there is something to stop."""
        if action == "add":
            return self._allow_adding
        return self._addition is not None if action == "cancel" else True

    def _with_base(self, act: Callable[[KnowledgeBase], Message], refused: Callable[[str], Message] | None = None) -> None:
        """Do something with the base, one thing at a time, and post what came of it; in a worker."""
        with self._base_lock:
            try:
                if self._base is None:
                    self._base = self._open_base()
                message = act(self._base)
            except KnowledgeError as error:
                message = self.Refused(str(error)) if refused is None else refused(str(error))
        self.post_message(message)

    @work(thread=True, group="library")
    def _list_in_thread(self, changed: bool) -> None:
        self._with_base(lambda base: self.Found("", _every(base), changed))

    @work(thread=True, group="library")
    def _search_in_thread(self, words: str) -> None:
        self._with_base(lambda base: self.Found(words, _found(base, words), False))

    @work(thread=True, group="library")
    def _open_in_thread(self, chosen: Listed) -> None:
        self._with_base(lambda base: self.Opened(base.store.document(chosen.document_id), chosen.heading))

    @work(thread=True, group="library")
    def _remove_in_thread(self, chosen: Listed) -> None:
        def removed(base: KnowledgeBase) -> Message:
            base.remove(chosen.document_id)
            return self.Found("", _every(base), True)

        self._with_base(removed)

    @work(thread=True, group="library")
    def _prepare_in_thread(self, path: str) -> None:
        def prepared(base: KnowledgeBase) -> Message:
            base.require_encoder()
            assert base.store.folder is not None, "a base that can be written has a folder"
            return self.Prepared(BackgroundAddition(base.store.folder, [path]))

        self._with_base(prepared, lambda problem: self.AddingEnded(False, problem))

    @work(thread=True, group="adding")
    def _add_in_thread(self, addition: BackgroundAddition) -> None:
        problem = ""
        try:
            for event in addition.events():
                self.post_message(self.Added(event))
        except KnowledgeError as error:
            problem = str(error)
        self.post_message(self.AddingEnded(addition.cancelled, problem))

    @on(Input.Changed, "#library-words")
    def _words_changed(self) -> None:
        self._say("")
        self._filter()

    def _filter(self) -> None:
        words = self.query_one("#library-words", Input).value.lower().split()
        self._show([each for each in self._all if all(word in f"{each.title} {each.address}".lower() for word in words)])

    @on(Input.Submitted, "#library-words")
    def _search(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self._say(f"searching for {event.value.strip()}")
            self._search_in_thread(event.value.strip())

    @on(Found)
    def _list(self, message: Found) -> None:
        if message.words:
            if message.words == self.query_one("#library-words", Input).value.strip():
                self._show(message.documents)
                self._say(f"{len(message.documents)} documents, the best passage first: {message.words}")
                self.query_one(DataTable).focus()
            return
        self._all = message.documents
        self._filter()
        added = sum(not each.shipped for each in self._all)
        self.query_one("#library-title", Static).update(Content(f"Knowledge · {len(self._all)} documents, {added} added by you"))
        if message.changed:
            self.post_message(LibraryChanged(len(self._all)))

    def on_resize(self) -> None:
        """Titles leave room for kind and date."""
        self._show(self._listed)

    def _show(self, documents: Sequence[Listed]) -> None:
        self._listed, self._shown = documents, documents[:MOST_LISTED]
        widest = min(max(self.size.width - _OTHER_COLUMNS, 20), 48)
        table: DataTable[Text] = self.query_one(DataTable)
        table.clear()
        for each in self._shown:
            table.add_row(
                *(Text(_fitting(cell, widest if name == "title" else _WIDEST), no_wrap=True) for cell, name in zip(each.cells, _COLUMNS, strict=True))
            )
        left = len(documents) - len(self._shown)
        if not self.query_one("#library-said").has_class("failure"):
            self._say(f"{left} more: type words to find them" if left else "" if documents or not self._all else _NOTHING)

    @on(DataTable.RowSelected)
    def _chosen(self) -> None:
        self.action_read()

    @on(Opened)
    def _open(self, message: Opened) -> None:
        self.app.push_screen(DocumentScreen(message.document, message.heading))

    @on(PathInput.Matched)
    def _paths_matched(self, message: PathInput.Matched) -> None:
        names = [path.rstrip("/").rpartition("/")[2] + ("/" if path.endswith("/") else "") for path in message.paths]
        self.query_one("#library-paths", Static).update(Content("  ".join(names)))

    @on(Input.Submitted, "#library-path")
    def _path_entered(self, event: Input.Submitted) -> None:
        path = event.value.strip()
        panel = self.query_one(AddingPanel)
        if not path or not self._allow_adding:
            return
        if self._adding:
            self._say("An addition is under way: wait until it is over, or stop it with F6.", failed=True)
            return
        event.input.value = ""
        self._adding = True
        panel.begin()
        self._say("")
        self._prepare_in_thread(str(Path(path).expanduser()))

    @on(Prepared)
    def _begin(self, message: Prepared) -> None:
        self._addition = message.addition
        self.refresh_bindings()
        self._add_in_thread(message.addition)

    @on(Added)
    def _added(self, message: Added) -> None:
        panel = self.query_one(AddingPanel)
        panel.take(message.event)
        self.post_message(AddingProgressed(panel.line))

    @on(AddingEnded)
    def _adding_ended(self, message: AddingEnded) -> None:
        self._addition, self._adding = None, False
        self.query_one(AddingPanel).end("stopped: what is listed is in" if message.cancelled else "not finished" if message.problem else "done")
        if message.problem:
            self._say(message.problem, failed=True)
        self.refresh_bindings()
        self.post_message(AddingProgressed(""))
        self._list_in_thread(changed=True)

    @on(Refused)
    def _refuse(self, message: Refused) -> None:
        self._say(message.text, failed=True)

    def _say(self, text: str, *, failed: bool = False) -> None:
        said = self.query_one("#library-said", Static)
        said.set_class(failed, "failure")
        said.update(Content(f"! {text}" if failed else text))

    @property
    def _pointed_at(self) -> Listed | None:
        row = self.query_one(DataTable).cursor_row
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def action_add(self) -> None:
        """Type the path of what to add."""
        self.query_one("#library-path").focus()

    def action_search(self) -> None:
        """Type words to look for."""
        self.query_one("#library-words").focus()

    def action_read(self) -> None:
        """Open the document that is pointed at."""
        chosen = self._pointed_at
        if chosen is not None:
            self._open_in_thread(chosen)

    def action_cancel(self) -> None:
        """Stop the addition; what is in stays."""
        if self._addition is not None:
            self._addition.cancel()

    def action_remove(self) -> None:
        """Remove the document that is pointed at, after asking once."""
        chosen = self._pointed_at
        if chosen is None:
            return
        back = f" `alvh knowledge restore {chosen.document_id}` brings it back." if chosen.shipped else " It has to be added again to come back."

        def answered(yes: bool | None) -> None:
            if yes:
                self._remove_in_thread(chosen)

        self.app.push_screen(Confirm(f"Remove “{chosen.title}” from the knowledge base?{back}", "Remove"), answered)

    def action_leave(self) -> None:
        """Close the library; an addition goes on."""
        self.dismiss(None)


def _fitting(cell: str, widest: int) -> str:
    """A cell cut to what a table can show."""
    return cell if len(cell) <= widest else f"{cell[: widest - 1]}…"


def _listed(row: Any, heading: str = "") -> Listed:
    return Listed(row["document_id"], row["title"], row["kind"], row["layer"] == "shipped", row["date"] or "", row["url"] or row["address"], heading)


def _every(base: KnowledgeBase) -> list[Listed]:
    """All documents, those of the user first."""
    return [_listed(row) for row in base.store.overview()]


def _found(base: KnowledgeBase, words: str) -> list[Listed]:
    """The documents that the words are found in, best first, each with the heading of its best passage."""
    rows = {row["document_id"]: row for row in base.store.overview()}
    headings: dict[str, str] = {}
    for hit in base.search(words, MOST_FOUND).hits:
        headings.setdefault(hit.passage.document_id, hit.passage.heading)
    return [_listed(rows[document_id], heading) for document_id, heading in headings.items() if document_id in rows]
