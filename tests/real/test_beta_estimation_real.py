"""The shipped betas against an estimate from the exchange's settlements."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rules.parameters import load_parameters
from rules.vix.beta_estimation import estimate_betas, overlay_text, read_settlements, read_vix_closes

SHARED = Path(os.environ.get("ALVH_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
CONTRACTS = SHARED / "data" / "vx_futures" / "vx_clean_2004_2026.csv"
VIX = SHARED / "data" / "vix" / "vix-daily.csv"


@pytest.fixture(scope="module")
def texts():
    if not (CONTRACTS.is_file() and VIX.is_file()):
        pytest.skip(f"{CONTRACTS} or {VIX} is not on this machine")
    head, *lines = CONTRACTS.read_text(encoding="utf-8").splitlines()
    return "\n".join([head, *(line for line in lines if line >= "2013")]), VIX.read_text(encoding="utf-8")


def test_the_estimate_of_2013_to_2026_has_the_days_of_the_shipped_table_and_its_betas_within_a_hundredth(texts):
    shipped = load_parameters()["vix_beta_by_days"].value
    found = estimate_betas(read_settlements(texts[0], "vx")[0], read_vix_closes(texts[1], "vix"), shipped).rows
    assert [row.n for row in found] == [row["n"] for row in shipped]
    assert [row.beta for row in found] == pytest.approx([row["beta"] for row in shipped], abs=0.0065)
    differing = [(row["from"], row["to"]) for row, mine in zip(shipped, found, strict=True) if round(mine.beta, 2) != row["beta"]]
    assert differing == [(14, 21), (21, 30)]


def test_the_overlay_of_the_whole_history_is_written_with_its_period(texts):
    text = overlay_text(*texts, ("vx.csv", "vix.csv"), load_parameters())
    assert "2013-01-02 to 2026-04-17" in text and text.count("# R^2 0.") == 11
