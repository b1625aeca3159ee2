"""Files are read in a process of their own: nothing about a file can stop, fill or fool the program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from knowledge.adding import Encoding, Outcome, add_files
from knowledge.errors import KnowledgeError
from knowledge.ingest import read_document
from knowledge.ingest.finding import found_files
from knowledge.ingest.limits import LimitedReader

PAGES = Path(__file__).parents[2] / "fixtures" / "knowledge_pages"


@pytest.fixture(scope="module")
def reader():
    with LimitedReader() as opened:
        yield opened


@pytest.fixture
def stalling(tmp_path, monkeypatch) -> Path:
    """A reader's child that acts on the name of the file: it waits, ends, fills the memory, prints, or answers nonsense."""
    script = tmp_path / "child.py"
    script.write_text(
        "import json, os, sys, time\n"
        "for line in sys.stdin:\n"
        "    name = json.loads(line)\n"
        "    if 'wait' in name: time.sleep(60)\n"
        "    if 'end' in name: os._exit(3)\n"
        '    print(\'nonsense\' if \'nonsense\' in name else \'{"problem": "is odd", "remedy": "mend it"}\', flush=True)\n',
        encoding="utf-8",
    )
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(wrapper))
    return tmp_path


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.txt")), ids=lambda path: path.stem)
def test_what_is_read_in_the_process_is_what_is_read_here(reader, path):
    assert reader.read(path) == read_document(path)


def test_one_process_reads_many_files_and_a_refusal_does_not_end_it(reader, tmp_path):
    reader.read(PAGES / "flat.txt")
    first = reader.process_id
    with pytest.raises(KnowledgeError, match=r"absent\.txt: cannot be read .*; name a readable file"):
        reader.read(tmp_path / "absent.txt")
    reader.read(PAGES / "flat.txt")
    assert reader.process_id == first


def test_closing_leaves_no_process_behind():
    with LimitedReader() as opened:
        opened.read(PAGES / "flat.txt")
        number = opened.process_id
    assert opened.process_id is None
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the child is a shell script")
@pytest.mark.parametrize(("name", "words"), [("wait", "takes longer than 0.5 s"), ("end", "ended the process"), ("nonsense", "ended the process")])
def test_a_file_that_stalls_or_ends_the_process_is_refused_and_the_next_one_is_read(stalling, name, words):
    with LimitedReader(seconds=0.5) as opened:
        with pytest.raises(KnowledgeError, match=words):
            opened.read(Path(name))
        with pytest.raises(KnowledgeError, match="is odd; mend it"):
            LimitedReader.read(opened, Path("next")) if name != "wait" else opened.read(Path("next"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory fully")
def test_a_file_that_needs_more_memory_than_allowed_is_refused(tmp_path):
    (tmp_path / "large.txt").write_text("Title\n\n" + "A sentence of words that goes on. " * 140_000, encoding="utf-8")
    with LimitedReader(megabytes=64) as opened, pytest.raises(KnowledgeError, match="memory|64 MB"):
        opened.read(tmp_path / "large.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_named_pipe_is_refused_without_waiting_for_a_writer(reader, tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(KnowledgeError, match="not a regular file"):
        reader.read(tmp_path / "pipe.txt")


def test_a_name_that_is_not_text_is_read(reader, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/na\xffme.txt"))
    try:
        path.write_text("Lamp oil\n\nOil burns all night.\n", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    document = reader.read(path)
    assert document.address.startswith("file://") and "%FF" in document.address
    document.address.encode("utf-8")


@pytest.fixture
def pages(tmp_path) -> Path:
    (tmp_path / "pages").mkdir()
    return tmp_path / "pages"


def test_one_bad_file_never_stops_the_rest_and_progress_is_told(store, pretend, reader, pages):
    for number in range(3):
        (pages / f"{number}.txt").write_text(f"Page {number}\n\nThe lamp of page {number} burns.\n", encoding="utf-8")
    (pages / "1.txt").write_bytes(b"\0\0")
    steps = list(add_files(store, pretend, found_files([str(pages)]), reader.read))
    outcomes = {Path(step.place).name: step.state for step in steps if isinstance(step, Outcome)}
    assert outcomes == {"0.txt": "added", "1.txt": "refused", "2.txt": "added"}
    assert sum(step.texts for step in steps if isinstance(step, Encoding)) == 6


def test_an_addition_that_is_stopped_keeps_what_it_reported_and_goes_on_later(store, pretend, pages, monkeypatch):
    monkeypatch.setattr("knowledge.texts.BATCH_TEXTS", 6)
    for number in range(10):
        (pages / f"{number}.txt").write_text(f"Page {number}\n\nThe lamp of page {number} burns.\n", encoding="utf-8")
    steps = add_files(store, pretend, found_files([str(pages)]), read_document)
    reported = [step.document_id for step in (next(steps) for _ in range(5)) if isinstance(step, Outcome)]
    steps.close()
    assert reported and set(reported) <= set(store.document_ids())
    pretend.asked.clear()
    states = [step.state for step in add_files(store, pretend, found_files([str(pages)]), read_document) if isinstance(step, Outcome)]
    assert sorted(set(states)) == ["added", "unchanged"]
    assert len(pretend.asked) == 3 * states.count("added")


def _names(found) -> list[str]:
    return [item.name if isinstance(item, Path) else f"refused: {item.problem}" for item in found]


@pytest.fixture
def tree(tmp_path) -> Path:
    for name in ("b.txt", "a.md", "sub/c.html", "sub/deep/d.pdf", ".hidden/x.txt", "sub/.hidden.txt", "sub/e.bin"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    return tmp_path


def test_a_folder_stands_for_the_files_below_it_hidden_ones_left_out(tree):
    assert _names(found_files([str(tree)])) == ["a.md", "b.txt", "c.html", "refused: is a .bin file", "d.pdf"]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [("*.txt", ["b.txt"]), ("**/*.pdf", ["d.pdf"]), ("s*/*.html", ["c.html"]), ("*.zip", ["refused: matches no file"])],
)
def test_a_pattern_stands_for_the_files_that_it_matches(tree, pattern, names):
    assert _names(found_files([str(tree / pattern)])) == names


def test_a_file_is_named_once_and_a_loop_of_links_ends(tree):
    (tree / "sub" / "loop").symlink_to(tree)
    (tree / "again.txt").symlink_to(tree / "b.txt")
    found = _names(found_files([str(tree / "b.txt"), str(tree), str(tree / "b.txt")]))
    assert sorted(found) == sorted(["b.txt", "a.md", "c.html", "d.pdf", "refused: is a .bin file"])


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    (tmp_path / "a[1].txt").write_text("x", encoding="utf-8")
    assert _names(found_files([str(tmp_path / "a[1].txt")])) == ["a[1].txt"]


def test_an_empty_name_and_an_empty_folder_are_refused(tmp_path):
    assert _names(found_files(["", str(tmp_path)])) == ["refused: is empty", "refused: holds no files"]
