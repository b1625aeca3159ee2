"""Every action of the program once: its key, its `/` command and its words. Bindings, palette, completion and help are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Action:
    """An action of the app. `run` names its method with what is always given to it; `argument` is what may follow the command.

    `label` is set for the few that the footer shows. `on_disk`: it reads or writes files by name, which a served app does not.
    """

    name: str
    group: str
    words: str
    run: str
    command: str
    key: str = ""
    given: str = ""
    argument: str = ""
    label: str = ""
    on_disk: bool = False

    @property
    def needs_words(self) -> bool:
        """Whether something has to follow the command."""
        return bool(self.argument) and not self.argument.startswith("[")

    @property
    def call(self) -> str:
        """The call as a binding writes it."""
        return f"{self.run}({self.given!r})" if self.given else self.run


ACTIONS = (
    Action("help", "Program", "Keys and commands", "help", "/help", "f1", label="Help"),
    Action("evidence", "Panes", "The passages behind the answer", "pane", "/evidence", "f2", "evidence", label="Evidence"),
    Action("plan_pane", "Panes", "The plan or calculation: results, orders, checks, steps", "pane", "/steps", "f3", "plan", label="Plan"),
    Action("charts", "Panes", "Charts of the plan or calculation", "pane", "/charts", "f4", "charts"),
    Action("facts", "Panes", "What this session knows; Enter edits, Delete forgets", "pane", "/facts", "f5", "facts"),
    Action("glossary", "Panes", "Terms and what they mean", "glossary", "/glossary", "f6", argument="[TERM]"),
    Action("form", "Work", "Fill in a calculator as a form", "form", "/form", "f7", argument="[NAME]", label="Form"),
    Action("plan", "Work", "Plan a hedge from a JSON file", "plan", "/plan", argument="FILE", on_disk=True),
    Action("cite", "Answer", "Show the evidence of citation N of the answer", "cite", "/cite", argument="N"),
    Action("next_question", "Answer", "Ask the N-th question that the answer suggests", "next_question", "/next", argument="[N]"),
    Action("assumptions", "Answer", "What the answer assumes, why, and how to change it", "assumptions", "/assumptions", "ctrl+g"),
    Action("assume", "Answer", "Give an assumed value for this run, and compute anew", "assume", "/assume", argument="NAME VALUE"),
    Action("previous_answer", "Answer", "Go to the answer before", "answer", "/previous", "ctrl+up", "previous"),
    Action("next_answer", "Answer", "Go to the answer after", "answer", "/following", "ctrl+down", "next"),
    Action("copy_answer", "Copy and save", "Copy the answer", "copy", "/copy", "ctrl+y", "text"),
    Action("copy_markdown", "Copy and save", "Copy the answer as Markdown", "copy", "/markdown", given="markdown"),
    Action("copy_apa", "Copy and save", "Copy the answer's sources as APA references", "copy", "/apa", given="apa"),
    Action("save_plan", "Copy and save", "Save the plan or calculation as JSON", "save_plan", "/save", "ctrl+s", argument="[FILE]", on_disk=True),
    Action(
        "export", "Copy and save", "Export the session as Markdown or JSON, by the file's name", "export", "/export", argument="[FILE]", on_disk=True
    ),
    Action("sessions", "Sessions", "Search, open, rename, delete sessions", "sessions", "/sessions", "f8", label="Sessions"),
    Action("new_session", "Sessions", "Begin a new session", "new_session", "/new", "ctrl+n"),
    Action("clear", "Sessions", "Empty the screen; the session stays", "clear", "/clear"),
    Action("library", "Knowledge", "Add, list, remove, search, read documents", "library", "/documents", "f9", label="Documents"),
    Action("add", "Knowledge", "Add a file or folder to the documents", "library", "/add", argument="[PATH]", on_disk=True),
    Action("theme", "Program", "Change the theme: dark, light, contrast", "theme", "/theme", argument="[NAME]"),
    Action("ascii", "Program", "Draw with ASCII alone, or with all characters", "ascii", "/ascii"),
    Action("prompt", "Program", "Back to the prompt", "prompt", "/prompt", "escape"),
    Action("palette", "Program", "Every action by its words", "command_palette", "/palette", "ctrl+p", label="Commands"),
    Action("quit", "Program", "End the program", "quit", "/quit", "ctrl+q", label="Quit"),
)
BY_NAME = {action.name: action for action in ACTIONS}
BY_COMMAND = {action.command: action for action in ACTIONS}


def bindings() -> list[Binding]:
    """The keys of the actions that have one; each has its action's name as id, by which the settings change it.

    An action without a key of its own is bound to none until the settings give it one.
    """
    return [
        Binding(
            action.key or f"unbound_{action.name}",
            action.call,
            action.label or action.words,
            show=bool(action.label),
            priority=action.name != "prompt",  # the prompt's own editor has F6, F7, Ctrl+Y; Escape is every screen's
            id=action.name,
        )
        for action in ACTIONS
    ]
