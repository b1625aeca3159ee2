"""What every test of the terminal UI does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from assistant.tui.app import AlvhApp
from assistant.tui.conversation import Entry

AT = "2026-05-08T09:30:00-04:00"
MakeApp = Callable[..., AlvhApp]


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until everything that was asked for is done and drawn: the app's jobs, the workers of its parts, and what those have led to."""
    app = pilot.app
    await pilot.pause()
    while app.is_running and not (getattr(app, "is_idle", True) and all(worker.is_finished for worker in app.workers)):
        under_way = [worker for worker in app.workers if not worker.is_finished and not worker.is_cancelled]
        if under_way:
            await app.workers.wait_for_complete(under_way)
        await pilot.pause()
    await pilot.pause()


async def until(pilot: Pilot[Any], met: Callable[[], bool]) -> None:
    """Let the app go on until a condition is met."""
    while not met():
        await pilot.pause()


async def ask(pilot: Pilot[Any], text: str) -> None:
    """Type a line, press Enter and wait for what comes of it."""
    pilot.app.prompt.put(text)  # type: ignore[attr-defined]
    pilot.app.prompt.focus()  # type: ignore[attr-defined]
    await press(pilot, "enter")


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after the other and wait for what comes of them."""
    await pilot.press(*keys)
    await settled(pilot)


def shown(app: AlvhApp, kind: str = "entry") -> list[str]:
    """The texts of the conversation's entries of a kind."""
    return [str(entry.render()) for entry in app.conversation.query(f".{kind}").results(Entry)]


def texts(widget: Any, selector: str = "Static") -> str:
    """Everything that a part of the screen says."""
    return "\n".join(str(part.render()) for part in widget.query(selector).results(Static))
