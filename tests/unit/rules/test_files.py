"""Files that commands name: what is deep, endless, a device or too large is refused in one line and never waited for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rules.errors import RulesError
from rules.files import bytes_of, lines_of
from rules.json_input import DEEPEST, parse_json
from rules.parameter_file import overlaid
from tests.unit.rules.test_command_line import assert_refused_in_one_line

ROOT = Path(__file__).resolve().parents[3]
GOOD = b'{"planned_hedge_vega_usd": 10000}'
DEEP = '{\n"planned_hedge_vega_usd":\n' + "[" * 100_000
SECONDS = 60  # a command that waits for ever is stopped, and its test fails


def commands_on(file: str) -> list[tuple[str, ...]]:
    return [
        ("run", "layer-split", file),
        ("run", "layer-split", "--batch", file),
        ("explain", file),
        ("compare", file, file),
        ("follow", file, file),
        ("estimate-betas", file),
        ("parameters", "--parameters", file),
    ]


def refused(*words: str):
    return subprocess.run([sys.executable, "-m", "rules", *words], capture_output=True, cwd=ROOT, timeout=SECONDS, stdin=subprocess.DEVNULL)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no device without end")
@pytest.mark.parametrize("words", commands_on("/dev/zero"), ids=" ".join)
def test_a_device_without_end_is_refused_by_name(words):
    assert_refused_in_one_line(refused(*words), ["/dev/zero", "cannot be read", "not a regular file"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("words", commands_on("PIPE"), ids=" ".join)
def test_a_named_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(words, tmp_path):
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    assert_refused_in_one_line(refused(*(pipe if word == "PIPE" else word for word in words)), [pipe, "nothing came"])


@pytest.mark.skipif(shutil.which("bash") is None, reason="only bash gives the output of a command as a file")
@pytest.mark.parametrize("batch", ["", "--batch"])
def test_a_pipe_that_ends_is_read_like_a_file(batch, fresh):
    script = f"'{sys.executable}' -m rules run layer-split {batch} <(printf '%s' '{GOOD.decode()}')"
    done = subprocess.run(["bash", "-c", script], capture_output=True, cwd=ROOT, timeout=SECONDS)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == fresh("run", "layer-split", *([batch] if batch else []), *(["-"] if batch else []), stdin=GOOD).stdout


def test_a_file_over_the_size_is_refused_and_the_size_is_said(tmp_path):
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 2001)
    with pytest.raises(RulesError, match=r"large\.json: is larger than 2 kB; "):
        bytes_of(str(large), 2000)
    with pytest.raises(RulesError, match=r"large\.json, line 1: is longer than 2 kB; "):
        list(lines_of(str(large), 2000))
    assert len(bytes_of(str(large), 2001)) == 2001 and len(list(lines_of(str(large), 2001))) == 1


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no device without end")
@pytest.mark.parametrize("words", [("run", "layer-split"), ("run", "layer-split", "--batch", "-"), ("explain", "-")], ids=" ".join)
def test_standard_input_without_end_is_refused_at_the_limit(words):
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run([sys.executable, "-m", "rules", *words], stdin=endless, capture_output=True, cwd=ROOT, timeout=SECONDS)
    assert_refused_in_one_line(done, ["standard input", "than 50 MB"])


@pytest.mark.parametrize("words", commands_on("DEEP"), ids=" ".join)
def test_a_file_that_is_nested_too_deeply_is_refused_with_its_name_and_line(words, tmp_path, fresh):
    batch = "--batch" in words
    path = str(tmp_path / "deep.json")
    Path(path).write_text(DEEP.replace("\n", " ") if batch else DEEP, encoding="utf-8")
    done = fresh(*(path if word == "DEEP" else word for word in words))
    if batch:
        assert done.returncode == 0 and b'"field": "line 1, column' in done.stdout and b"nested too deeply" in done.stdout
    elif "estimate-betas" in words:
        assert_refused_in_one_line(done, ["deep.json"])  # a table of settlements, to which brackets are no levels
    else:
        assert_refused_in_one_line(done, ["deep.json", "line 3", "nested too deeply"])


def test_depth_is_counted_outside_texts_and_in_both_brackets():
    inside = '{"a": ' * DEEPEST + '"[[[[\\"{{{{"' + "}" * DEEPEST
    assert parse_json(inside, "x")
    with pytest.raises(RulesError, match="x, column 301: is nested too deeply"):
        parse_json('{"a": ' * DEEPEST + "[]" + "}" * DEEPEST, "x")
    with pytest.raises(RulesError, match="is not a JSON value"):
        parse_json('"' + '\\"' * 200_000 + "[" * 100, "x")


@pytest.mark.parametrize("level", ["[", "- ", "{a: ", "? "], ids=["lists", "entries", "mappings", "keys"])
def test_a_parameter_file_that_is_nested_too_deeply_is_refused_with_its_line(level, tmp_path, parameters):
    (tmp_path / "deep.yaml").write_text(f"parameters:\n  a:\n    {level * 100_000}x", encoding="utf-8")
    with pytest.raises(RulesError, match=r"deep\.yaml, line 3: is nested too deeply"):
        overlaid(parameters, tmp_path / "deep.yaml")
