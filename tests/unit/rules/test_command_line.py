"""The engine from the command line, in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rules.catalogue import MODULES, calculator

ROOT = Path(__file__).resolve().parents[3]
ORDER = "long_put < short_put < short_call < long_call"
CONDOR = {"long_put": 5600, "short_put": 5500, "short_call": 6300, "long_call": 6400, "credit_index_points": 20, "contracts": 10}
EXAMPLE = dict(calculator("plan-hedge").EXAMPLE)
UNKNOWN_KEY_IN_THE_MARKET = EXAMPLE | {"market": EXAMPLE["market"] | {"vol": 1}}
SHORT_CALL_BELOW_SHORT_PUT = CONDOR | {"long_put": 5500, "short_put": 5600, "short_call": 5550}

BAD_INPUT = {
    "a short call below the short put": ("iron-condor", json.dumps(SHORT_CALL_BELOW_SHORT_PUT), ["short_call", "5550", "short_put", "5600", ORDER]),
    "a short put below the long put": ("iron-condor", json.dumps(CONDOR), ["short_put", "long_put"]),
    "NaN": ("layer-split", '{"planned_hedge_vega_usd": NaN}', ["planned_hedge_vega_usd", "finite number"]),
    "nan": ("layer-split", '{"planned_hedge_vega_usd": nan}', ["planned_hedge_vega_usd", "nan", "number"]),
    "minus infinity": ("layer-split", '{"planned_hedge_vega_usd": -Infinity}', ["planned_hedge_vega_usd", "finite number"]),
    "a number too large for a float": ("layer-split", '{"planned_hedge_vega_usd": 1e999}', ["planned_hedge_vega_usd", "finite number"]),
    "a number of five thousand digits": ("layer-split", '{"planned_hedge_vega_usd": ' + "9" * 5000 + "}", ["number"]),
    "an unknown key": ("layer-split", '{"planned_hedge_vega_usd": 1000, "futures_share": 0.3}', ["futures_share", "not a known name", "futures_share_fraction"]),
    "an unknown key deep inside": ("plan-hedge", json.dumps(UNKNOWN_KEY_IN_THE_MARKET), ["market.vol", "not a known name"]),
    "an unknown key with a line break": ("layer-split", '{"planned_hedge_vega_usd": 1000, "a\\nb": 1}', ["not a known name"]),
    "a duplicate key": ("layer-split", '{"planned_hedge_vega_usd": 1000, "planned_hedge_vega_usd": 2000}', ["planned_hedge_vega_usd", "twice", "keep one"]),
    "a missing key": ("layer-split", "{}", ["planned_hedge_vega_usd", "is missing", "add it"]),
    "a number in quotation marks": ("layer-split", '{"planned_hedge_vega_usd": "1000"}', ["planned_hedge_vega_usd", "without quotation marks"]),
    "a negative amount": ("layer-split", '{"planned_hedge_vega_usd": -2877}', ["planned_hedge_vega_usd", "greater than 0"]),
    "empty input": ("layer-split", "", ["standard input", "empty", "JSON object"]),
    "blank input": ("layer-split", " \n ", ["standard input", "empty"]),
    "a list": ("layer-split", "[1, 2]", ["JSON object"]),
    "half an object": ("layer-split", '{"planned_hedge_vega_usd": ', ["planned_hedge_vega_usd", "JSON value"]),
    "brackets without end": ("layer-split", "[" * 100_000, ["standard input", "nested too deeply"]),
    "an unknown calculator": ("layer-spilt", '{"planned_hedge_vega_usd": 1000}', ["layer-spilt", "not known", "did you mean layer-split?"]),
}  # fmt: skip


def assert_refused_in_one_line(done, words):
    text = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), text[-400:]
    assert text.endswith("\n") and text.count("\n") == 1, text[-400:]
    assert text.startswith("rules: ") and ";" in text, "what is wrong; what to do instead"
    for word in words:
        assert word in text, (word, text)


@pytest.mark.parametrize(("name", "raw", "words"), BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_ends_with_two_and_one_line_that_names_field_and_remedy(fresh, name, raw, words):
    assert_refused_in_one_line(fresh("run", name, stdin=raw.encode()), words)


def test_a_missing_file_a_binary_file_an_empty_file_and_a_folder_are_refused_by_name(fresh, tmp_path):
    (tmp_path / "binary.json").write_bytes(b"\x89PNG\r\n\xff\x00")
    (tmp_path / "empty.json").write_bytes(b"")
    for name, word in (("missing.json", "cannot be read"), ("binary.json", "UTF-8"), ("empty.json", "empty"), ("", "cannot be read")):
        path = str(tmp_path / name).rstrip("/")
        assert_refused_in_one_line(fresh("run", "layer-split", path), [path, word, "JSON"])


def test_broken_parameter_files_are_refused_by_name(fresh, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("parameters:\n  rate_fraction: {value: 9}\n", encoding="utf-8")
    assert_refused_in_one_line(fresh("run", "layer-split", "--parameters", str(mine), stdin=b"{}"), ["mine.yaml", "rate_fraction", "range"])
    assert_refused_in_one_line(fresh("parameters", "--parameters", str(tmp_path / "none.yaml")), ["none.yaml", "cannot be read"])


def test_a_good_input_ends_with_zero_and_writes_json_to_standard_output_only(fresh, calculate):
    raw = {"planned_hedge_vega_usd": 10000}
    done = fresh("run", "layer-split", stdin=json.dumps(raw).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == json.loads(json.dumps(calculate("layer-split", raw).as_dict()))


def test_a_file_standard_input_and_a_byte_order_mark_read_the_same(fresh, tmp_path):
    raw = b'{"planned_hedge_vega_usd": 10000}'
    (tmp_path / "a.json").write_bytes(raw)
    (tmp_path / "b.json").write_bytes(b"\xef\xbb\xbf" + raw)
    answers = {
        fresh("run", "layer-split", *words, stdin=raw).stdout for words in ((), ("-",), (str(tmp_path / "a.json"),), (str(tmp_path / "b.json"),))
    }
    assert len(answers) == 1


def test_parameters_of_a_users_file_reach_the_answer(fresh, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("parameters:\n  futures_share_target_fraction: {value: 0.30}\n", encoding="utf-8")
    done = fresh("run", "layer-split", "--parameters", str(mine), stdin=b'{"planned_hedge_vega_usd": 1000}')
    assert json.loads(done.stdout)["result"]["futures_vega_usd"]["target"] == 300


def test_the_options_of_the_contract_are_accepted_before_the_sub_command_too(fresh, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("parameters:\n  futures_share_target_fraction: {value: 0.30}\n", encoding="utf-8")
    before = fresh("--parameters", str(mine), "run", "layer-split", stdin=b'{"planned_hedge_vega_usd": 1000}')
    after = fresh("run", "layer-split", "--parameters", str(mine), stdin=b'{"planned_hedge_vega_usd": 1000}')
    assert (before.returncode, before.stdout) == (0, after.stdout), before.stderr.decode()


def test_list_names_every_calculator_and_parameters_every_parameter(fresh, parameters):
    listed = fresh("list").stdout.decode()
    assert all(name in listed for name in MODULES)
    shown = json.loads(fresh("parameters", "--json").stdout)
    assert [row["id"] for row in shown["parameters"]] == list(parameters) and shown["sha256"] == parameters.sha256


def test_show_prints_schema_and_an_example_that_runs(fresh):
    shown = json.loads(fresh("show", "wacc").stdout)
    assert set(shown["input_schema"]["properties"]) >= set(shown["example"])
    assert fresh("run", "wacc", stdin=json.dumps(shown["example"]).encode()).returncode == 0


@pytest.mark.parametrize(
    ("form", "words"), [("table", ["receipt:", "Educational only"]), ("markdown", ["# layer-split", "## Steps", "## Receipt", "Educational only"])]
)
def test_tables_and_markdown_are_written_on_request(fresh, form, words):
    done = fresh("run", "layer-split", "--format", form, stdin=b'{"planned_hedge_vega_usd": 10000}')
    assert done.returncode == 0 and all(word in done.stdout.decode() for word in words)


def test_the_format_may_stand_before_and_after_the_file(fresh, tmp_path):
    (tmp_path / "vega.json").write_text('{"planned_hedge_vega_usd": 10000}', encoding="utf-8")
    path = str(tmp_path / "vega.json")
    before, after = fresh("run", "layer-split", "--format", "table", path), fresh("run", "layer-split", path, "--format", "table")
    assert before.returncode == 0 and before.stdout == after.stdout, before.stderr.decode()


def test_a_batch_beside_a_file_or_as_a_table_is_refused_and_both_are_named(fresh):
    assert_refused_in_one_line(fresh("run", "layer-split", "one.json", "--batch", "many.jsonl"), ["--batch", "many.jsonl", "one.json"])
    assert_refused_in_one_line(fresh("run", "layer-split", "--batch", "-", "--format", "table"), ["--format", "table", "json"])
    assert_refused_in_one_line(fresh("run", "layer-split", "--processes", "2"), ["--processes", "--batch"])
    assert_refused_in_one_line(fresh("run", "layer-split", "--batch", "-", "--processes", "0"), ["--processes", "1 or more"])


FULL = Path("/dev/full")
EXAMPLE_OF_LAYER_SPLIT = b'{"planned_hedge_vega_usd": 10000}'


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize(
    "words",
    [("run", "layer-split"), ("run", "layer-split", "--batch", "-"), ("parameters", "--json"), ("list",), ("--help",), ("run", "--help")],
    ids=" ".join,
)
def test_an_output_that_is_full_is_one_line_and_no_traceback(words):
    with FULL.open("wb") as full:
        done = subprocess.run([sys.executable, "-m", "rules", *words], input=EXAMPLE_OF_LAYER_SPLIT, stdout=full, stderr=subprocess.PIPE, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr.decode() == "rules: standard output: cannot be written (No space left on device); make room, or write somewhere else\n"


@pytest.mark.skipif(os.name != "posix", reason="closing a stream is a shell's word on POSIX")
@pytest.mark.parametrize(("closed", "words"), [(">&-", ["standard output", "closed"]), ("<&-", ["standard input", "closed"])])
def test_a_closed_stream_is_one_line(closed, words):
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m rules run layer-split {closed}"], input=EXAMPLE_OF_LAYER_SPLIT, capture_output=True, cwd=ROOT
    )
    assert_refused_in_one_line(done, words)


def test_a_reader_who_has_seen_enough_ends_the_program_quietly():
    command = [sys.executable, "-m", "rules", "parameters", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as started:
        started.stdout.read(1)
        started.stdout.close()
        assert (started.stderr.read(), started.wait()) == (b"", 0)


BROKEN = """
import sys
import rules.commands.basic
def broken(options): raise KeyError("a name")
rules.commands.basic.list_calculators = broken
from rules.__main__ import main
sys.exit(main(["list"]))
"""


def test_a_defect_of_the_program_is_one_line_and_exit_code_1(fresh):
    done = fresh("-c", BROKEN, module=False)
    text = done.stderr.decode()
    assert done.returncode == 1 and text.count("\n") == 1 and "Traceback" not in text
    assert all(word in text for word in ("defect of the program", "KeyError", "a name", "line 4", "report"))


LOADED = """
import sys
from rules.__main__ import main
code = main(["run", "layer-split"])
heavy = {"torch", "faiss", "textual", "pandas", "numpy", "rich", "sentence_transformers", "knowledge", "assistant", "yaml", "holidays"}
print(code, sorted({name.partition(".")[0] for name in sys.modules} & heavy), file=sys.stderr)
"""


def test_a_layer_split_loads_nothing_heavy(fresh):
    done = fresh("-c", LOADED, stdin=b'{"planned_hedge_vega_usd": 10000}', module=False)
    assert done.stderr.decode().strip() == "0 []"
