"""Many calculations from one file: a reply a line, in order, whatever happens to one of them."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rules.canonical import to_json
from rules.catalogue import calculator
from rules.commands.batch import LINES_IN_PROCESS, progress_text, reply, run_lines
from rules.engine import run

ROOT = Path(__file__).resolve().parents[3]
GOOD = b'{"planned_hedge_vega_usd": 10000}'
BAD = {
    b"not json": "JSON value",
    b"": "blank",
    b"   ": "blank",
    b"[1]": "JSON object",
    b'{"planned_hedge_vega_usd": NaN}': "finite",
    b'{"planned_hedge_vega_usd": 1, "x": 2}': "not a known name",
    b'{"planned_hedge_vega_usd": 1, "planned_hedge_vega_usd": 2}': "twice",
    b'{"planned_hedge_vega_usd": "\\ud800"}': "number",
    b'{"\\ud800": 1}': "unicode",
    b"\xff\xfe": "UTF-8",
    b"[" * 100_000: "nested too deeply",
}


def amounts(count):
    return [b'{"planned_hedge_vega_usd": %d}' % (number + 1) for number in range(count)]


def start(*words, **streams):
    return subprocess.Popen([sys.executable, "-m", "rules", *words], cwd=ROOT, **streams)


def test_each_line_gets_the_reply_that_it_gets_alone_in_the_order_of_the_lines(fresh, tmp_path, calculate):
    lines = amounts(200)
    (tmp_path / "many.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    done = fresh("run", "layer-split", "--batch", str(tmp_path / "many.jsonl"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines() == [to_json(calculate("layer-split", json.loads(line)).as_dict()) for line in lines]


@pytest.mark.parametrize("count", [LINES_IN_PROCESS - 1, LINES_IN_PROCESS, 3 * LINES_IN_PROCESS + 5])
def test_the_bytes_do_not_depend_on_the_number_of_processes(parameters, count):
    lines = [line for pair in zip(amounts(count), list(BAD) * count, strict=False) for line in pair][:count]
    answers = {b"".join(chunk.text for chunk in run_lines("layer-split", iter(lines), parameters, processes)) for processes in (1, 2, 3)}
    assert len(answers) == 1
    assert answers.pop().count(b"\n") == count


@pytest.mark.parametrize(("line", "word"), BAD.items(), ids=[repr(line[:30]) for line in BAD])
def test_a_bad_line_is_answered_in_place_with_field_problem_and_remedy(fresh, line, word):
    done = fresh("run", "layer-split", "--batch", "-", stdin=GOOD + b"\n" + line + b"\n" + GOOD)
    before, bad, after = done.stdout.decode().split("\n")[:3]
    error = json.loads(bad)["error"]
    assert (done.returncode, done.stderr, before) == (0, b"", after)
    assert list(error) == ["field", "problem", "remedy"] and all(error.values())
    assert word in f"{error['problem']}; {error['remedy']}"


def test_a_bad_line_is_named_by_its_number_and_column_or_by_its_field(parameters):
    assert json.loads(reply("layer-split", (7, b"{]"), parameters)[0])["error"]["field"] == "line 7, column 2"
    assert json.loads(reply("layer-split", (7, b"{}"), parameters)[0])["error"]["field"] == "planned_hedge_vega_usd"
    assert json.loads(reply("layer-split", (7, b" "), parameters)[0])["error"]["field"] == "line 7"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(fresh):
    plain = fresh("run", "layer-split", "--batch", "-", stdin=GOOD + b"\n" + GOOD + b"\n")
    marked = fresh("run", "layer-split", "--batch", "-", stdin=b"\xef\xbb\xbf" + GOOD + b"\r\n" + GOOD)
    assert plain.stdout == marked.stdout and plain.stdout.count(b"\n") == 2


def test_an_empty_file_gives_an_empty_answer_and_a_missing_one_is_refused(fresh, tmp_path):
    empty = fresh("run", "layer-split", "--batch", "-", stdin=b"")
    assert (empty.returncode, empty.stdout, empty.stderr) == (0, b"", b"")
    for name in (tmp_path / "none.jsonl", tmp_path):
        missing = fresh("run", "layer-split", "--batch", str(name))
        assert missing.returncode == 2 and missing.stdout == b"" and missing.stderr.count(b"\n") == 1
        assert str(name) in missing.stderr.decode() and "cannot be read" in missing.stderr.decode()
    unknown = fresh("run", "layer-spilt", "--batch", "-", stdin=GOOD)
    assert unknown.returncode == 2 and "layer-split" in unknown.stderr.decode()


def test_a_users_parameters_reach_every_line_on_every_process(fresh, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("parameters:\n  futures_share_target_fraction: {value: 0.30}\n", encoding="utf-8")
    done = fresh("run", "layer-split", "--batch", "-", "--parameters", str(mine), "--processes", "2", stdin=b"\n".join([GOOD] * 100))
    targets = {json.loads(line)["result"]["futures_vega_usd"]["target"] for line in done.stdout.splitlines()}
    assert done.stdout.count(b"\n") == 100 and targets == {3000.0}


def test_a_defect_in_one_line_is_answered_in_place_and_ends_with_exit_code_1(monkeypatch, parameters):
    module = calculator("layer-split")
    monkeypatch.setattr(module, "calculate", lambda inputs, ledger: 1 / inputs.nothing)
    text, defect = reply("layer-split", (3, GOOD), parameters)
    assert json.loads(text)["error"]["field"] == "line 3" and "AttributeError" in json.loads(text)["error"]["problem"]
    assert defect.startswith("line 3: a defect of the program")


def test_a_full_plan_a_line_is_canonical_json(parameters):
    example = calculator("plan-hedge").EXAMPLE
    text, _ = reply("plan-hedge", (1, json.dumps(example).encode()), parameters)
    assert text == to_json(run("plan-hedge", example, parameters).as_dict()) and "\n" not in text


def test_ctrl_c_leaves_whole_lines_one_message_and_exit_code_130(tmp_path):
    lines = b"\n".join([json.dumps(calculator("plan-hedge").EXAMPLE).encode()] * 4000)
    (tmp_path / "many.jsonl").write_bytes(lines)
    words = ("run", "plan-hedge", "--batch", str(tmp_path / "many.jsonl"), "--processes", "2")
    with start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, bufsize=0) as started:
        first = started.stdout.readline()
        os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to the program and its workers
        rest, errors = started.communicate(timeout=60)
    assert (started.returncode, errors) == (130, b"rules: interrupted\n")
    written = (first + rest).split(b"\n")
    assert written.pop() == b"" and 0 < len(written) < 4000
    assert all(json.loads(line)["name"] == "plan-hedge" for line in written)


def test_progress_is_shown_on_a_terminal_only_and_taken_away(tmp_path):
    (tmp_path / "many.jsonl").write_bytes(b"\n".join([json.dumps(calculator("plan-hedge").EXAMPLE).encode()] * 500))
    terminal, other_end = pty.openpty()
    with start("run", "plan-hedge", "--batch", str(tmp_path / "many.jsonl"), stdout=subprocess.PIPE, stderr=other_end) as started:
        os.close(other_end)
        out = started.stdout.read()
        shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert out.count(b"\n") == 500 and started.returncode == 0
    assert "of 500 lines" in shown and shown.endswith("\r\x1b[K")


def test_progress_says_rate_and_remaining_time():
    assert progress_text(500, 1000, 5.0) == "500 of 1,000 lines, 100 a second, 5 s left"
    assert progress_text(500, None, 5.0) == "500 lines, 100 a second"
    assert progress_text(0, 1000, 0.0) == "0 of 1,000 lines, 0 a second"
