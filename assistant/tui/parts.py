"""The keys of the parts of the screen, for the help and the settings."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from assistant.tui.conversation import Conversation
from assistant.tui.evidence import EvidencePane
from assistant.tui.facts import FactsPane
from assistant.tui.prompt import Prompt


def parts() -> list[tuple[str, list[Binding]]]:
    """Each part with its bindings that have an id."""
    from assistant.tui.assumptions import AssumptionsScreen
    from assistant.tui.charts import ChartsPane
    from assistant.tui.forms import ChooseCalculator, FormScreen, Words
    from assistant.tui.library import LibraryScreen
    from assistant.tui.library_parts import DocumentScreen
    from assistant.tui.sessions import Search, SessionsScreen

    found: list[tuple[str, list[BindingType]]] = [
        ("In the prompt", Prompt.BINDINGS),
        ("In the conversation", Conversation.BINDINGS),
        ("In the evidence", EvidencePane.BINDINGS),
        ("In the charts", ChartsPane.BINDINGS),
        ("In the facts", FactsPane.BINDINGS),
        ("In the assumptions", AssumptionsScreen.BINDINGS),
        ("In the calculators", [*Words.BINDINGS, *ChooseCalculator.BINDINGS]),
        ("In a form", FormScreen.BINDINGS),
        ("In the documents", LibraryScreen.BINDINGS),
        ("In a document", DocumentScreen.BINDINGS),
        ("In the sessions", [*Search.BINDINGS, *SessionsScreen.BINDINGS]),
    ]
    return [(title, [binding for binding in bindings if isinstance(binding, Binding) and binding.id]) for title, bindings in found]
