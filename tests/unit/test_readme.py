"""The README's commands are run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(<!-- [\w: ]+ -->\n)?```bash\n(.*?)```", README, re.DOTALL)
UNTIL_ENDED = "<!-- until it is ended -->\n"
EXAMPLES = [line for marked, block in BLOCKS if not marked for line in block.strip().split("\n")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's files and an `alvh` of this interpreter's environment on the path."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "docs", folder / "docs")
    (folder / "bin").mkdir()
    wrapper = folder / "bin" / "alvh"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m assistant "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return folder


def test_the_readme_has_exactly_two_commands_for_a_fresh_machine() -> None:
    assert re.findall(r"<!-- command: (\w+) -->", README) == ["start", "test"]
    assert [block.strip().count("\n") for marked, block in BLOCKS if marked and marked != UNTIL_ENDED] == [0, 0]


def test_the_readme_is_short() -> None:
    assert README.count("\n") < 150


def test_every_key_and_command_of_the_ui_is_named() -> None:
    from assistant.tui.actions import ACTIONS

    named = re.findall(r"^\|(?!---| for ).*\|$", README, re.MULTILINE)
    words = set(re.findall(r"`(/\w+)", "".join(named))) | set(re.findall(r"\b(?:Ctrl\+\w+|F\d+|Escape)\b", "".join(named)))
    keys = {"+".join(part.capitalize() for part in action.key.split("+")) for action in ACTIONS if action.key}
    assert words == keys | {action.command for action in ACTIONS}


@pytest.mark.skipif(os.name != "posix", reason="ends the program as Ctrl+C does on POSIX")
def test_the_example_that_runs_until_it_is_ended_prints_its_address_and_ends(place: Path) -> None:
    (line,) = (block.strip() for marked, block in BLOCKS if marked == UNTIL_ENDED)
    environment = os.environ | {"PATH": f"{place / 'bin'}:{os.environ['PATH']}", "ALVH_HOME": str(place / "home")}
    command = ["bash", "-c", f"exec {line} --port 0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=place, env=environment) as started:
        assert started.stdout is not None
        assert started.stdout.readline().startswith("http://127.0.0.1:")
        started.send_signal(signal.SIGINT)
        assert "Traceback" not in started.communicate(timeout=60)[1]
    assert started.returncode == 0


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_of_the_readme_runs(place: Path, line: str) -> None:
    environment = os.environ | {"PATH": f"{place / 'bin'}:{os.environ['PATH']}", "ALVH_HOME": str(place / "home")}
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=place, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_overlay_of_the_readme_is_usable(tmp_path: Path) -> None:
    from rules.parameter_file import overlaid
    from rules.parameters import load_parameters

    block = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    file = tmp_path / "mine.yaml"
    file.write_text(block.group(1), encoding="utf-8")
    assert overlaid(load_parameters(), file).overridden == ("futures_share_high_fraction",)
