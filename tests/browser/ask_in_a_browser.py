"""Drives `alvh serve` with a headless Chromium and saves a screenshot; exits 1 when something is not as it should be."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, WebSocket, sync_playwright

from assistant.history import History
from assistant.history.history import FILE_NAME

QUESTION = "Which VIX instrument is layered first?"
ANSWER = "VIX futures come first"
FILE_QUESTION = "plan a hedge for @book.json"
FILE_REFUSAL = "is not read in a browser"
WAIT_SECONDS = 60.0
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?<>=$]*[a-zA-Z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


class Drawn:
    """What the page's terminal was told to draw, as text; where it asked for something, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.text = ""
        self.elsewhere: list[str] = []
        self.problems: list[str] = []
        self._page = page
        page.on("websocket", self._opened)
        page.on("request", self._asked)
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _opened(self, websocket: WebSocket) -> None:
        websocket.on("framereceived", self._received)

    def _received(self, payload: bytes | str) -> None:
        if isinstance(payload, bytes):
            self.text += _ESCAPES.sub("", payload.decode("utf-8", "replace"))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.netloc != urlsplit(self._page.url).netloc and self._page.url != "about:blank":
            self.elsewhere.append(request.url)

    def wait_for(self, words: str) -> None:
        """Wait until words were drawn; a line's end may stand between two of them."""
        self.wait(lambda: words in " ".join(self.text.split()), f"{words!r} was not drawn")

    def wait(self, is_there: Callable[[], bool], problem: str) -> None:
        """Wait until something is so. Raises AssertionError when it is not in time."""
        end = time.monotonic() + WAIT_SECONDS
        while not is_there():
            assert time.monotonic() < end, f"{problem}; the last that was drawn: {self.text[-500:]!r}"
            self._page.wait_for_timeout(50)


def check(page: Page, address: str, picture: Path) -> None:
    """Load the page, ask, be refused a file, quit, open again and find what was said."""
    drawn = Drawn(page)
    page.goto(address)
    drawn.wait_for("documents")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    drawn.wait_for(ANSWER)
    page.wait_for_timeout(500)  # the last strokes of the picture
    page.screenshot(path=picture)
    page.keyboard.type(FILE_QUESTION)
    page.keyboard.press("Enter")
    drawn.wait_for(FILE_REFUSAL)
    assert not drawn.problems, f"errors in the page: {drawn.problems}"
    page.keyboard.press("Control+q")
    drawn.wait(lambda: page.locator(".ended").is_visible(), "the page does not say that the program ended")
    drawn.text = ""
    page.locator(".ended a").click()
    drawn.wait_for(ANSWER)
    page.screenshot(path=picture.with_stem(f"{picture.stem}-again"))
    assert not drawn.elsewhere, f"loaded from elsewhere: {drawn.elsewhere}"


def main() -> int:
    """Start the server, drive it, end it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser's program")
    parser.add_argument("--picture", type=Path, default=Path("answered.png"), help="where the screenshot goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "ALVH_HOME": home}
        with subprocess.Popen(
            [sys.executable, "-m", "assistant", "serve", "--port", "0"], stdout=subprocess.PIPE, text=True, env=environment
        ) as server:
            assert server.stdout is not None
            try:
                address = server.stdout.readline().strip()
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
                    check(browser.new_page(viewport={"width": 1280, "height": 800}), address, options.picture)
                    browser.close()
            finally:
                server.send_signal(signal.SIGINT)
                code = server.wait(WAIT_SECONDS)
        history = History(Path(home) / FILE_NAME)
        asked = history.prompts()
        history.close()
    assert code == 0, f"Ctrl-C ended the server with {code}"
    assert asked == (QUESTION, FILE_QUESTION), f"what was typed was asked as {asked}"
    print(f"answered in the browser; look at {options.picture}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
