"""The program behind one page: the UI in a process of its own that speaks to the browser's terminal."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
from collections.abc import Sequence

from textual_serve.app_service import AppService

QUIT_SECONDS = 5.0


def shell_command(words: Sequence[str]) -> str:
    """A command as the system's shell takes it; on POSIX it takes the shell's place, so that ending it ends the program."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else f"exec {shlex.join(words)}"


class Program(AppService):
    """One running UI. Its page is closed when it ends, however it ends, and it never outlives its page."""

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return {**super()._build_environment(width, height), "TEXTUAL_DRIVER": "assistant.serving.driver:PageDriver"}

    async def run(self) -> None:
        """Pass on what the program draws until it ends, then close the page."""
        await super().run()
        await self.remote_close()

    async def stop(self) -> None:
        """Ask the program to quit; end it when it does not in a few seconds."""
        process = self._process
        if process is None:
            return
        quitting = asyncio.create_task(super().stop())
        done, _ = await asyncio.wait({quitting}, timeout=QUIT_SECONDS)
        if not done and process.returncode is None:
            process.kill()
        await quitting
        await process.wait()
