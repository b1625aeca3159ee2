"""Pictures of charts: the file that `run --plot` writes, and what it says when it cannot."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ElementTree

import pytest

from rules.catalogue import calculator
from rules.charts import DRAWN, charts_of
from rules.plotting.axes import spread
from rules.plotting.figure import picture

SPLIT = json.dumps({"planned_hedge_vega_usd": 10000}).encode()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawn(calculate):
    """`drawn(name, ending)` is the picture of a calculator's example."""
    return lambda name, ending: picture(charts_of(calculate(name, calculator(name).EXAMPLE).as_dict()), name, ending)


@pytest.mark.parametrize(("ending", "first"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_the_ending_of_the_file_decides_what_is_written_and_the_result_is_written_too(fresh, tmp_path, ending, first):
    file = tmp_path / f"split{ending}"
    done = fresh("run", "layer-split", "--plot", str(file), stdin=SPLIT)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"]["call_tranches"] == 3
    assert file.read_bytes().startswith(first)


def test_the_same_calculation_gives_the_same_bytes_in_any_process(fresh, tmp_path):
    files = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for file, seed in zip(files, ("1", "2"), strict=True):
        assert fresh("run", "layer-split", "--plot", str(file), stdin=SPLIT, hash_seed=seed).returncode == 0
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert b"<dc:date>" not in first


@pytest.mark.parametrize("name", DRAWN)
def test_every_example_becomes_a_picture_that_says_its_titles_and_notes_in_words(drawn, calculate, name):
    text = drawn(name, ".svg").decode()
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    said = " ".join(root.itertext())
    for chart in charts_of(calculate(name, calculator(name).EXAMPLE).as_dict()):
        assert chart.title in said
        assert all(note in said for note in chart.notes)
    assert drawn(name, ".svg").decode() == text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("layer-split", "--plot", "a.jpg"), ["--plot", "a.jpg ends in .jpg", ".svg, .png, .pdf"]),
        (("layer-split", "--plot", "picture"), ["ends in nothing"]),
        (("vix-expiry", "--plot", "a.svg"), ["vix-expiry has no chart", "iron-condor"]),
        (("layer-split", "--plot", "/no/such/folder/a.svg"), ["/no/such/folder/a.svg cannot be written", "No such file or directory"]),
        (("layer-split", "--plot", "a\0b.svg"), ["cannot be written"]),
        (("layer-split", "--plot", "a.svg", "--batch", "lines.jsonl"), ["--plot", "batch"]),
    ],
)
def test_what_cannot_be_drawn_or_written_ends_with_two_and_one_line(capfd, tmp_path, monkeypatch, arguments, words):
    from rules.__main__ import main

    (tmp_path / "in.json").write_bytes(SPLIT)
    (tmp_path / "lines.jsonl").write_bytes(SPLIT)
    monkeypatch.chdir(tmp_path)
    given = arguments if "--batch" in arguments else (*arguments, "in.json")
    assert main(["run", *given]) == 2
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1
    for word in words:
        assert word in err, err


def test_without_matplotlib_one_line_says_how_to_get_it(tmp_path, monkeypatch, capfd):
    from rules.__main__ import main

    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    (tmp_path / "in.json").write_bytes(SPLIT)
    assert main(["run", "layer-split", str(tmp_path / "in.json"), "--plot", str(tmp_path / "a.svg")]) == 2
    out, err = capfd.readouterr()
    assert out == "" and "matplotlib, which is not installed; install it with pip install 'alvh-assistant[plot]'" in err
    assert not (tmp_path / "a.svg").exists()


def test_a_users_own_settings_of_matplotlib_do_not_change_the_picture(drawn):
    import matplotlib

    before = drawn("layer-split", ".svg")
    with matplotlib.rc_context({"axes.linewidth": 9, "axes.facecolor": "red", "svg.hashsalt": None, "font.size": 20}):
        assert drawn("layer-split", ".svg") == before


def test_names_at_the_ends_of_lines_keep_their_distance_and_their_order():
    found = spread([0.1, 0.11, 0.12, 0.9], 0.1)
    assert found == sorted(found)
    assert all(after - before >= 0.1 - 1e-12 for before, after in itertools.pairwise(found))
    assert spread([], 0.1) == []
