"""The same questions give the same bytes in every process, whatever the seed of its hashes and the threads it is allowed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

QUESTIONS = 250


def _started(name, seed, threads, tmp_path, questions):
    environment = os.environ | {"ALVH_HOME": str(tmp_path / name), "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads}
    command = [sys.executable, "-m", "assistant", "ask", "--batch", str(questions)]
    with (tmp_path / f"{name}.jsonl").open("wb") as replies:
        return subprocess.Popen(command, stdout=replies, stderr=subprocess.PIPE, env=environment, cwd=tmp_path)


def test_some_hundred_questions_are_answered_with_the_same_bytes_in_two_processes(corpus, tmp_path):
    lines = (corpus / "understanding" / "stated_or_silent.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines[:: len(lines) // QUESTIONS]][:QUESTIONS]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("".join(json.dumps({"question": question, "as_of": "2026-05-08"}) + "\n" for question in asked), encoding="utf-8")
    started = [_started("one", "1", "1", tmp_path, questions), _started("two", "2", "2", tmp_path, questions)]
    assert [(process.communicate()[1], process.returncode) for process in started] == [(b"", 0), (b"", 0)]
    first, second = ((tmp_path / f"{name}.jsonl").read_bytes().splitlines() for name in ("one", "two"))
    assert len(first) == len(second) == QUESTIONS
    assert [reply for reply, other in zip(first, second, strict=True) if reply != other] == []
