"""Copying: to the terminal by OSC 52, which works over SSH, and to the system's clipboard where a program for it is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

MOST_SECONDS = 3.0


def copy(app: App[Any], text: str) -> None:
    """Put text on the clipboard. The system's program runs beside the screen, and not at all when the app is served."""
    app.copy_to_clipboard(text)
    if getattr(app, "served", False) or app.is_headless:
        return
    command = clipboard_program(os.environ, sys.platform)
    if command:
        app.run_worker(lambda: _hand_over(command, text), thread=True, group="clipboard", exit_on_error=False)


def clipboard_program(environment: Mapping[str, str], platform: str) -> list[str]:
    """The command that takes text for the clipboard on its standard input; empty where there is none."""
    candidates: list[list[str]] = []
    if environment.get("TMUX"):
        candidates.append(["tmux", "load-buffer", "-w", "-"])
    if platform == "darwin":
        candidates.append(["pbcopy"])
    elif platform == "win32" or environment.get("WSL_DISTRO_NAME"):
        candidates.append(["clip.exe"])
    if environment.get("WAYLAND_DISPLAY"):
        candidates.append(["wl-copy"])
    if environment.get("DISPLAY"):
        candidates += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    return next((command for command in candidates if shutil.which(command[0], path=environment.get("PATH"))), [])


def _hand_over(command: list[str], text: str) -> None:
    """Give the text to a program; the terminal has it already, so a program that fails costs nothing."""
    encoding = "utf-16" if command[0] == "clip.exe" else "utf-8"
    try:
        subprocess.run(command, input=text.encode(encoding), timeout=MOST_SECONDS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - one of the commands above
    except (OSError, subprocess.SubprocessError):
        return
