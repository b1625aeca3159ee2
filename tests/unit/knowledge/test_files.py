"""Files that commands name: what is deep, endless, a device or too large is refused in one line and never waited for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.files import bytes_of, lines_of
from knowledge.ingest.authoring import problems_of
from knowledge.parsing import DEEPEST, parse_json, parse_yaml

DEEP = '{"question": ' + "[" * 100_000
SECONDS = 60  # a command that waits for ever is stopped, and its test fails


@pytest.fixture
def run(tmp_path):
    def start(*words, stdin=subprocess.DEVNULL):
        environment = os.environ | {"ALVH_HOME": str(tmp_path / "home")}
        command = [sys.executable, "-m", "assistant", *words]
        return subprocess.run(command, capture_output=True, text=True, stdin=stdin, env=environment, cwd=tmp_path, timeout=SECONDS)

    return start


def commands_on(file):
    return [("ask", "--batch", file), ("knowledge", "search", "--batch", file), ("knowledge", "evaluate", file)]


def assert_refused(done, *words):
    assert done.returncode == 2 and done.stdout == "", done.stderr[-300:]
    assert done.stderr.count("\n") == 1 and all(word in done.stderr for word in words), done.stderr[-300:]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no device without end")
@pytest.mark.parametrize("words", [*commands_on("/dev/zero"), ("knowledge", "import", "/dev/zero")], ids=" ".join)
def test_a_device_without_end_is_refused_by_name(run, words):
    assert_refused(run(*words), "/dev/zero", "not a")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("words", commands_on("pipe"), ids=" ".join)
def test_a_named_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(run, words, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert_refused(run(*words), "pipe", "nothing came")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no device without end")
@pytest.mark.parametrize("words", commands_on("-")[:2], ids=" ".join)
def test_standard_input_without_end_is_refused_at_the_limit(run, words):
    with Path("/dev/zero").open("rb") as endless:
        assert_refused(run(*words, stdin=endless), "standard input, line 1", "longer than 50 MB")


@pytest.mark.parametrize("words", commands_on("deep.jsonl"), ids=" ".join)
def test_a_line_that_is_nested_too_deeply_is_named_and_the_rest_of_a_batch_answered(run, words, tmp_path):
    good = '{"question": "Which VIX instrument comes first?", "url": "https://example.com"}'
    (tmp_path / "deep.jsonl").write_text(f"{good}\n\n{DEEP}\n{good}\n", encoding="utf-8")
    done = run(*words)
    if "evaluate" in words:
        assert_refused(done, "deep.jsonl, line 3, column", "nested too deeply")
        return
    first, bad, last = done.stdout.splitlines()
    error = json.loads(bad)["error"]
    assert (done.returncode, done.stderr, first) == (0, "", last)
    assert error["field"].startswith("line 3, column") and error["problem"] == "is nested too deeply"


def test_a_file_over_the_size_is_refused_and_the_size_is_said(tmp_path, monkeypatch):
    (tmp_path / "large").write_bytes(b"x" * 2_000_001)
    monkeypatch.setattr("knowledge.files.MAX_BYTES", 2_000_000)
    with pytest.raises(KnowledgeError, match="large: is larger than 2 MB; "):
        bytes_of(tmp_path / "large")
    with pytest.raises(KnowledgeError, match="large, line 1: is longer than 2 MB; "):
        list(lines_of(str(tmp_path / "large"), 2_000_000))


def test_lines_keep_the_numbers_that_they_have_in_the_file(tmp_path):
    (tmp_path / "some").write_bytes(b"one\r\n\n  \ntwo")
    assert list(lines_of(str(tmp_path / "some"))) == [(1, b"one"), (4, b"two")]


def test_depth_is_counted_outside_texts():
    inside = '{"a": ' * DEEPEST + '"[[[[\\"{{{{"' + "}" * DEEPEST
    assert parse_json(inside, "x")
    with pytest.raises(KnowledgeError, match="x, line 2, column 301: is nested too deeply"):
        parse_json("\n" + '{"a": ' * DEEPEST + "[]" + "}" * DEEPEST + "\n,", "x")
    with pytest.raises(KnowledgeError, match="is not JSON"):
        parse_json('"' + '\\"' * 200_000 + "[" * 100, "x")


@pytest.mark.parametrize("level", ["[", "- ", "{a: ", "? "], ids=["lists", "entries", "mappings", "keys"])
def test_yaml_that_is_nested_too_deeply_is_refused_with_its_line(level, tmp_path):
    text = f"title: x\nterms:\n    {level * 100_000}x"
    with pytest.raises(KnowledgeError, match=r"x\.yaml, line 3: is nested too deeply"):
        parse_yaml(text, "x.yaml")
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    assert [(found.line, found.problem) for found in problems_of(tmp_path / "x.yaml")] == [(3, "is nested too deeply")]
