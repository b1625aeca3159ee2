"""The alvh command in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def alvh(*arguments: str, stdin: str = "", home: Path) -> subprocess.CompletedProcess[str]:
    """Run the program with an empty home."""
    environment = os.environ | {"ALVH_HOME": str(home)}
    return subprocess.run([sys.executable, "-m", "assistant", *arguments], input=stdin, capture_output=True, text=True, env=environment, cwd=home)


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (["ask", ""], "", ["question", "empty"]),
        (["ask", "a" * 1001], "", ["question", "1,001"]),
        (["ask"], "", ["question", "--batch"]),
        (["ask", "x", "--as-of", "tomorrow"], "", ["as_of", "YYYY-MM-DD"]),
        (["ask", "--batch", "no-such-file"], "", ["no-such-file", "cannot be read"]),
        (["ask", "What is vega?", "--parameters", "no-such-file"], "", ["no-such-file", "cannot be read"]),
        (["nonsense"], "", ["nonsense", "use one of"]),
        (["rules", "run", "layer-split", "no-such-file"], "", ["no-such-file", "cannot be read"]),
        (["rules", "run", "iron-condor"], '{"long_put": nan}', ["long_put", "nan"]),
        (["knowledge", "add", "no-such-file"], "", ["no-such-file", "cannot be read"]),
        (["knowledge", "show", "no-such-id"], "", ["no-such-id", "knowledge list"]),
        ([], "", ["terminal", "alvh ask"]),
    ],
)
def test_bad_input_is_one_line_on_standard_error_and_exit_code_2(tmp_path: Path, arguments: list[str], stdin: str, words: list[str]) -> None:
    done = alvh(*arguments, stdin=stdin, home=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["ask", "", "--json"], "question"),
        (["ask", "--json", "--batch", "no-such-file"], "no-such-file"),
        (["ask", "x", "--json", "--nonsense"], "command line"),
        (["--json", "rules", "run", "no-such-calculator"], "calculator"),
        (["rules", "run", "--json"], "command line"),
        (["knowledge", "show", "no-such-id", "--json"], "no-such-id"),
        (["knowledge", "no-such-command", "--json"], "command line"),
        (["nonsense", "--json"], "command"),
    ],
)
def test_with_json_a_refusal_is_an_object_on_standard_output_too(tmp_path: Path, arguments: list[str], field: str) -> None:
    done, without = alvh(*arguments, home=tmp_path), alvh(*(word for word in arguments if word != "--json"), home=tmp_path)
    error = json.loads(done.stdout)["error"]
    assert list(error) == ["field", "problem", "remedy"] and error["field"] == field
    assert (done.returncode, without.stdout) == (2, "")
    assert done.stderr == without.stderr and done.stderr.count("\n") == 1
    assert done.stderr.strip().endswith(f"{error['field']}: {error['problem']}; {error['remedy']}")


BROKEN = """
import sys
from assistant.session import Session
whole = Session.ask
def broken(self, question, *rest):
    if "egg" in question:
        raise KeyError("a name")
    return whole(self, question, *rest)
Session.ask = broken
from assistant.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_defect_of_the_program_is_one_line_and_exit_code_1_and_costs_a_batch_no_other_reply(tmp_path: Path) -> None:
    def broken(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", BROKEN, *arguments]
        environment = os.environ | {"ALVH_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3])}
        return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, cwd=tmp_path)

    done = broken("ask", "How do I boil an egg?", "--json")
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "defect of the program (KeyError: 'a name'" in done.stderr
    assert json.loads(done.stdout)["error"]["field"] == "program"
    lines = '{"question": "an egg"}\n{"question": "Which VIX instrument comes first?"}\n'
    batch = broken("ask", "--batch", "-", stdin=lines)
    first, second = (json.loads(line) for line in batch.stdout.splitlines())
    assert first["error"]["field"] == "program" and second["route"] == "knowledge"
    assert batch.returncode == 1 and batch.stderr.count("\n") == 1


def test_a_question_outside_the_documents_exits_with_3(tmp_path: Path) -> None:
    assert alvh("ask", "How do I boil an egg?", home=tmp_path).returncode == 3


def test_options_may_stand_before_and_after_the_command(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    before = alvh("--knowledge", str(folder), "--json", "knowledge", "list", home=tmp_path)
    after = alvh("knowledge", "list", "--json", "--knowledge", str(folder), home=tmp_path)
    assert before.returncode == after.returncode == 0
    assert json.loads(before.stdout) == json.loads(after.stdout)


def test_a_batch_answers_every_line_and_a_bad_one_in_place(tmp_path: Path) -> None:
    lines = [
        '{"question": "Which VIX instrument comes first?"}',
        "not json",
        '{"question": ""}',
        '{"question": "How do I boil an egg?", "as_of": "2026-05-09"}',
    ]
    done = alvh("ask", "--batch", "-", stdin="\n".join(lines), home=tmp_path)
    replies = [json.loads(line) for line in done.stdout.strip().split("\n")]
    assert done.returncode == 0
    assert [reply.get("route") for reply in replies] == ["knowledge", None, None, "refused"]
    assert replies[1]["error"]["field"].startswith("line 2") and replies[2]["error"]["field"] == "question"


def test_the_day_of_the_question_is_in_the_reply(tmp_path: Path) -> None:
    done = alvh("ask", "Which VIX instrument comes first?", "--json", "--as-of", "2026-05-09", home=tmp_path)
    assert json.loads(done.stdout)["as_of"] == "2026-05-09"


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert alvh("--version", home=tmp_path).stdout.startswith("alvh 0.1.0")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("words", [("ask", "What is VVIX?"), ("knowledge", "list"), ("rules", "list")])
def test_an_output_that_cannot_be_written_is_said_in_one_line(words, tmp_path):
    environment = os.environ | {"ALVH_HOME": str(tmp_path / "home")}
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "assistant", *words], stdout=full, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
        )
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1 and "standard output" in run.stderr


def test_characters_that_the_terminal_cannot_show_are_written_as_numbers(tmp_path):
    environment = os.environ | {"ALVH_HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(
        [sys.executable, "-m", "assistant", "ask", "Which VIX instrument comes first, in “§” words → ∆?"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert run.returncode in (0, 3) and run.stderr == ""
    assert run.stdout.isascii()
