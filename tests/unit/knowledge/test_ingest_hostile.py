"""Nothing in a file reaches further than its text: what it is called, how it is written and what it would have run."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents import without_controls
from knowledge.errors import KnowledgeError
from knowledge.frontmatter import markdown_headings
from knowledge.ingest import limits, read_document
from knowledge.ingest.authoring import problems_of
from knowledge.ingest.defined import leaked_terms, without_leaked_tags
from knowledge.ingest.finding import found_files
from knowledge.ingest.limits import LimitedReader
from knowledge.ingest.pdf import joined_lines

SECONDS = 5.0


@pytest.fixture
def file(tmp_path: Path):
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x9b2Jb", "ab"),
        ("a\x9d0;evil\x9cb", "ab"),
        ("a\x1bPq#0;evil\x1b\\b", "ab"),
        ("a\x1b]0;evil\x07b", "ab"),
        ("a\x1b]0;words that go on\nb", "a0;words that go on\nb"),
        ("a\x92s \x9b Next", "as  Next"),
        ("a\U000e0041\U000e0101\u034f\u3164\ufe01b", "ab"),
        ("⚠\ufe0f a\u2028b\u2029c\x85d", "⚠\ufe0f a\nb\nc\nd"),
        ("a\ud800b\x1b", "ab"),
    ],
)
def test_commands_of_terminals_are_taken_out_with_their_texts_and_nothing_else_is(text, clean):
    assert without_controls(text) == clean


@given(st.text(alphabet="\x1b\x9b\x9d\x9c\x90\x07[]P\\0;mab \n\u202e\ufe01\U000e0041"))
def test_what_is_clean_stays_as_it_is(text):
    assert without_controls(without_controls(text)) == without_controls(text)


LONG = {
    "spaces in a heading": lambda: list(markdown_headings("# a" + " " * 1_000_000 + "b\n")),
    "headings": lambda: list(markdown_headings("# a\n" * 500_000)),
    "fences": lambda: list(markdown_headings("```\n# a\n" * 300_000)),
    "attributes that never end": lambda: without_leaked_tags('a" class="' * 400_000),
    "one word": lambda: without_leaked_tags('="' + "x" * 4_000_000),
    "spaces after a quotation mark": lambda: without_leaked_tags('="' + '"' + " " * 4_000_000),
    "definitions": lambda: leaked_terms('data-term="x" data-def="' * 200_000),
    "texts of commands": lambda: without_controls("\x9d" * 2_000_000),
    "commands": lambda: without_controls("\x1b]x" * 1_000_000),
    "lines of a PDF": lambda: joined_lines([["the lamp of the harbour burns oil all night and is seen"] * 100_000]),
}


@pytest.mark.parametrize("name", LONG)
def test_the_time_grows_with_the_length_and_no_more(name):
    started = time.process_time()
    LONG[name]()
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "T\n\n" + ("educational not " * 120 + "\n\n") * 1000),
        ("a.md", "# T\n\n# a" + " " * 300_000 + "b\nThe lamp burns.\n"),
        ("a.txt", "T\n\n" + "- lamp\n" * 200_000),
    ],
    ids=["near disclaimers", "heading", "bullets"],
)
def test_a_long_file_is_read_in_time(file, name, content):
    started = time.process_time()
    read_document(file(name, content))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("suffix", ["\x1b[2Jx", "\u202ex"])
def test_a_refusal_does_not_repeat_what_an_ending_hides(file, tmp_path, suffix):
    path = file(f"a.{suffix}", "x")
    with pytest.raises(KnowledgeError) as caught:
        read_document(path)
    (found,) = found_files([str(tmp_path)])
    for error in (caught.value, found):
        assert isinstance(error, KnowledgeError) and error.problem.isprintable() and error.remedy.isprintable()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://a b"])
def test_only_addresses_of_the_web_are_kept(file, address):
    files = [
        file("a.md", f'---\ntitle: Lamp\nurl: "{address}"\n---\nThe lamp burns.\n'),
        file("a.txt", f"URL: {address}\nTITLE: Lamp\nThe lamp burns.\n"),
        file("a.html", f'<html><head><title>Lamp</title><link rel="canonical" href="{address}"></head><body><p>The lamp burns.</p></body></html>'),
        file("a.yaml", f'terms: [{{term: lamp, definition: A light., reference: {{title: Book, url: "{address}"}}}}]\n'),
    ]
    for path in files:
        document = read_document(path)
        assert [source.url for source in document.sources if source.url] == []
        assert document.address == str(path.resolve())


@pytest.mark.parametrize(
    "text", ["terms: &a [*a]\n", "a: &a [x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in itertools.pairwise("abcdefghi"))]
)
def test_values_that_repeat_themselves_are_refused_at_once(file, text):
    for path in (file("a.yaml", text), file("a.md", f"---\n{text}---\nThe lamp burns.\n")):
        with pytest.raises(KnowledgeError, match="repeats its values by aliases"):
            read_document(path)


def test_a_module_that_lies_among_the_documents_is_never_run(tmp_path, monkeypatch):
    for name in ("pypdf", "trafilatura", "json", "charset_normalizer"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n", encoding="utf-8")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\ngarbage")
    (tmp_path / "a.html").write_text("<html><body><p>The lamp burns.</p></body></html>", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with LimitedReader() as reader:
        assert reader.read(Path("a.html")).text == "The lamp burns."
        with pytest.raises(KnowledgeError, match="damaged PDF"):
            reader.read(Path("a.pdf"))
    assert not (tmp_path / "ran").exists()


def test_the_line_of_a_mistake_is_told_through_the_process(file):
    with LimitedReader() as reader:
        with pytest.raises(KnowledgeError, match=r"a\.yaml: is not valid YAML \(line 3\)"):
            reader.read(file("a.yaml", "terms:\n  - {term: a, definition: b.}\n  - {term: [}\n"))
        with pytest.raises(KnowledgeError, match=r"a\.md: is not valid YAML \(line 3\)"):
            reader.read(file("a.md", "---\ntitle: a\nurl: [}\n---\nx.\n"))
        with pytest.raises(KnowledgeError, match=r"unknown key definitoin \(entry 2\)"):
            reader.read(file("b.yaml", "terms:\n  - {term: a, definition: b.}\n  - {term: c, definitoin: d.}\n"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_a_process_that_ended_between_two_files_is_started_again(file):
    path = file("a.txt", "Lamp\n\nThe lamp burns.\n")
    with LimitedReader() as reader:
        reader.read(path)
        first = reader.process_id
        os.kill(first, signal.SIGKILL)
        reader._process.wait()
        assert reader.read(path).title == "Lamp"
        assert reader.process_id != first


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory fully")
def test_the_file_after_one_that_filled_the_memory_is_read(file):
    large = file("large.html", "<html><body>" + "<p>The lamp burns all the night.</p>" * 200_000 + "</body></html>")
    small = file("small.txt", "Lamp\n\nThe lamp burns.\n")
    with LimitedReader(megabytes=120) as reader:
        for _ in range(2):
            with pytest.raises(KnowledgeError, match="memory|120 MB|cannot be read"):
                reader.read(large)
            assert reader.process_id is None
            assert reader.read(small).title == "Lamp"


def test_a_process_that_cannot_be_started_is_a_refusal(file, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(file("none", "")))
    with LimitedReader() as reader, pytest.raises(KnowledgeError, match="no process can be started"):
        reader.read(file("a.txt", "Lamp\n\nThe lamp burns.\n"))


@pytest.mark.parametrize("answer", ["[]", "7", '{"document": []}', '{"document": {"terms": [1]}}', '{"problem": "x"}', "null"])
def test_a_malformed_answer_is_a_refusal(answer):
    with LimitedReader() as reader, pytest.raises(KnowledgeError, match="ended the process"):
        reader._document(Path("a.txt"), answer)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of a terminal")
def test_ctrl_c_while_the_process_starts_prints_nothing(capfd):
    for delay in range(5, 100, 10):
        with LimitedReader() as reader:
            process = reader._started()
            time.sleep(delay / 1000)
            os.kill(process.pid, signal.SIGINT)
            process.stdin.close()
            process.wait(timeout=20)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of a terminal")
def test_ctrl_c_does_not_end_the_process_that_reads(file):
    path = file("a.txt", "Lamp\n\nThe lamp burns.\n")
    with LimitedReader() as reader:
        reader.read(path)
        first = reader.process_id
        os.kill(first, signal.SIGINT)
        time.sleep(0.2)
        assert (reader.read(path).title, reader.process_id) == ("Lamp", first)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of a terminal")
def test_ctrl_c_is_not_answered_by_the_process_that_reads(file):
    script = (
        "import json, sys\nfrom pathlib import Path\nfrom knowledge.ingest.limits import LimitedReader\n"
        "reader = LimitedReader(seconds=20)\n"
        "try:\n    reader._started()\n    print('started', flush=True)\n    [reader.read(Path(sys.argv[1])) for _ in range(10**6)]\n"
        "except KeyboardInterrupt:\n    reader.close()\n    print('stopped', reader.process_id, flush=True)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(limits.__file__).parents[2])}
    path = str(file("a.txt", "Lamp\n\nThe lamp burns.\n"))
    command = [sys.executable, "-c", script, path]
    for wait in (0.0, 1.0):
        run = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        assert run.stdout is not None and run.stdout.readline() == "started\n"
        time.sleep(wait)
        os.killpg(run.pid, signal.SIGINT)
        output, errors = run.communicate(timeout=120)
        assert (output, errors, run.returncode) == ("stopped None\n", "", 0)


def test_the_process_loads_no_library_that_it_does_not_need():
    code = "import sys; import knowledge.ingest.child, knowledge.ingest.text; print(sorted({'torch', 'numpy', 'faiss', 'trafilatura', 'pypdf', 'lxml', 'yaml'} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(Path(limits.__file__).parents[2])}
    assert subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_loops_of_links_end_patterns_too(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x.txt").write_text("x", encoding="utf-8")
    (tmp_path / "y.txt").write_text("x", encoding="utf-8")
    for number in range(3):
        (tmp_path / "a" / f"loop{number}").symlink_to(tmp_path)
    for pattern, names in {
        "**/*.txt": ["x.txt", "y.txt"], "**": ["x.txt", "y.txt"], "a/**/b/*": ["x.txt"], "**/b/**/*.txt": ["x.txt"], "a/**": ["x.txt"], "**/a": [], "b/**": [],
    }.items():  # fmt: skip
        found = list(found_files([str(tmp_path / pattern)]))
        assert sorted(item.name for item in found if isinstance(item, Path)) == names, pattern
        assert bool(names) or [item.problem for item in found] == ["matches no file"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of POSIX")
def test_a_folder_that_may_not_be_read_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "open.txt").write_text("x", encoding="utf-8")
    (tmp_path / "shut").mkdir()
    scan = os.scandir

    def refusing(place):
        if str(place).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "scandir", refusing)
    found = list(found_files([str(tmp_path)]))
    assert [item.name if isinstance(item, Path) else item.problem for item in found] == ["open.txt", "cannot be read (Permission denied)"]


YAML = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6), st.sampled_from(["$x", "FILL IN", "2026-05-09", "\x1b[2J"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["title", "terms", "groups", "silences", "term", "definition", "aliases", "reference", "url", "id", "questions", "nearest", "sources", "date", "x"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(value=YAML)
def test_any_values_are_told_from_sound_ones_without_a_crash(tmp_path_factory, value):
    yaml_file, article = (tmp_path_factory.getbasetemp() / name for name in ("any.yaml", "any.md"))
    yaml_file.write_text(json.dumps(value), encoding="utf-8")
    article.write_text(f"---\n{json.dumps(value)}\n---\nThe lamp burns.\n", encoding="utf-8")
    for path in (yaml_file, article):
        problems = problems_of(path)
        assert all(problem.line >= 1 and problem.problem.isprintable() and problem.remedy.isprintable() for problem in problems)
        try:
            document = read_document(path)
        except KnowledgeError as error:
            assert error.problem.isprintable()
            assert path == article or problems
            continue
        texts = [entry for silence in document.silences for entry in (silence.id, silence.subject, *silence.questions, *silence.nearest)]
        texts += [entry for term in document.terms for entry in (term.term, term.definition, *term.aliases)]
        assert all(isinstance(text, str) and without_controls(text) == text for text in texts)


@pytest.mark.parametrize(
    "content",
    [
        "? [a, b]\n: x\n",
        "terms: [{term: [a], definition: {x: y}}]",
        "terms: " + "[" * 5000,
        "terms: " + "[" * 100_000,
        "silences: [{terms: [[[x]]]}]",
        "a: &a [*a]",
    ],
)
def test_a_check_survives_what_is_no_knowledge(file, content):
    for path in (file("a.yaml", content), file("a.md", f"---\n{content}\n---\nx.\n")):
        assert all(problem.problem.isprintable() for problem in problems_of(path))
        assert problems_of(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_check_does_not_wait_for_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "a.yaml")
    assert "not a regular file" in problems_of(tmp_path / "a.yaml")[0].problem


def test_an_article_without_headings_can_be_checked(file):
    assert problems_of(file("a.md", "---\ntitle: Lamps\n---\nLamps burn oil.\n")) == []
    assert [(problem.line, problem.problem) for problem in problems_of(file("a.md", "---\r\ntitle: Lamps\r\n---\r\nLamps burn\r\n"))] == [
        (4, "the sentence 'Lamps burn' does not end")
    ]
