"""Textual's driver for a page, which ends the program when nobody is at the other end any more."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from typing import Any

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class PageDriver(WebDriver):
    """Draws for a page. The program quits when its input ends, as it does when the server was killed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._write = partial(_written, self.fileno)

    def run_input_thread(self) -> None:
        """Pass on what is typed until the input ends."""
        super().run_input_thread()
        self._app.post_message(ExitApp())


def _written(to: int, data: bytes) -> int:
    with suppress(BrokenPipeError):
        return os.write(to, data)
    return len(data)
