from __future__ import annotations

import pytest

from benchmarks.bench import ROOT, main

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_quick_run_finds_the_same_matches_by_hand_and_through_the_api(tmp_path, capsys):
    page = ROOT / "docs" / "performance.md"
    before = page.read_bytes() if page.exists() else b""
    only = ("Candlewick, inline", "NumPy")
    assert main(["--quick", "--rounds", "1", "--cache", str(tmp_path), "--only", *only]) == 0
    printed = capsys.readouterr().out
    assert "All found the same 63 matches." in printed
    assert [name for name in only if printed.count(name) < 2] == []
    assert "it failed" not in printed
    assert (page.read_bytes() if page.exists() else b"") == before


def test_a_word_that_is_in_no_name_is_one_sentence(capsys):
    assert main(["--only", "polaris"]) == 2
    assert capsys.readouterr().err.startswith("No system's name holds polaris: Candlewick, 2 workers; ")
