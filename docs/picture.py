"""Draws docs/picture.svg: the terminal UI with a question answered, from the program itself."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from assistant.__main__ import open_session
from assistant.tui.app import AlvhApp

QUESTION = "What specific VIX instruments do you layer first when ALVH kicks in?"


async def draw(path: Path) -> None:
    """Ask one question in a fresh knowledge folder and save the screen."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ALVH_HOME"] = folder
        app = AlvhApp(lambda: open_session(None, None), show_latency=False)
        async with app.run_test(size=(150, 40)) as pilot:
            await pilot.app.workers.wait_for_complete()
            app.prompt.cursor_blink = False
            app.prompt.put(QUESTION)
            await pilot.press("enter")
            while not app.is_idle:
                await pilot.app.workers.wait_for_complete()
                await pilot.pause()
            path.write_text(app.export_screenshot(title="alvh"), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(draw(Path(__file__).with_name("picture.svg")))
