"""The README's commands are run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(<!-- command: \w+ -->\n)?```bash\n(.*?)```", README, re.DOTALL)
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
    assert [block.strip().count("\n") for marked, block in BLOCKS if marked] == [0, 0]


def test_the_readme_is_short() -> None:
    assert README.count("\n") < 150


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
