"""What is loaded before the screen is there: only what the first paint needs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "numpy",
    "torch",
    "pydantic",
    "plotext",
    "textual_plotext",
    "matplotlib",
    "scipy",
    "pandas",
    "rules.calculators",
    "rules.engine",
    "knowledge.base",
)

PROGRAM = """
import asyncio, sys
from assistant.errors import AssistantError
from assistant.tui.app import AlvhApp

heavy = set(sys.argv[1].split(","))
loaded = []

def open_session():
    loaded.append(sorted(heavy & set(sys.modules)))
    raise AssistantError("opened")

async def paint():
    app = AlvhApp(open_session)
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()

asyncio.run(paint())
print(loaded)
"""


def test_the_first_paint_loads_nothing_that_only_answers_and_numbers_need() -> None:
    """The knowledge base is opened after the first paint, so what is loaded by then is what the paint needed."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, ",".join(HEAVY)], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[[]]"
