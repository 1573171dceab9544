"""Plug-ins are found and read, never run, and run only as they were allowed."""

from __future__ import annotations

import sys

import pytest

from engine.errors import DetectorError
from engine.scan.consent import ConsentFile
from engine.scan.detector_catalogue import SHIPPED, find_detectors

BODY = "raise SystemExit('the parent has run it')\n"


def header(name: str) -> str:
    return (
        f'# /// candlewick-detector\n# api = 1\n# name = "{name}"\n# summary = "A guest"\n'
        '# [events]\n# HIT = "Something"\n# ///\n'
    )


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "detectors"
    made.mkdir()
    return made


@pytest.fixture
def consent(tmp_path):
    return ConsentFile(tmp_path / "allowed.json")


def test_a_new_file_is_found_but_cannot_be_used(folder, consent):
    (folder / "guest.py").write_text(header("guest") + BODY)
    (folder / "notes.py").write_text("print('no detector')\n")
    catalogue = find_detectors(folder, consent)
    (found,) = catalogue.found
    assert (found.state, found.plugin.name) == ("new", "guest")
    assert "guest" not in [declared.name for declared in catalogue.declarations()]
    with pytest.raises(DetectorError, match="is not allowed to run yet"):
        catalogue.plugin("guest")


def test_an_allowed_file_can_be_named_until_it_changes(folder, consent):
    path = folder / "guest.py"
    path.write_text(header("guest") + BODY)
    first = find_detectors(folder, consent).found[0]
    consent.allow(first.path, first.plugin.sha256)
    assert find_detectors(folder, consent).declaration("guest").summary == "A guest"
    path.write_text(header("guest") + BODY + "\n")
    with pytest.raises(DetectorError, match="has changed since it was allowed"):
        find_detectors(folder, consent).declaration("guest")


def test_a_name_that_two_have_is_nobodys(folder, consent):
    for file in ("one.py", "two.py"):
        (folder / file).write_text(header("guest") + BODY)
    with pytest.raises(DetectorError, match=r"Several files declare a detector guest.*Rename one"):
        find_detectors(folder, consent).declaration("guest")


def test_a_shipped_name_stays_the_shipped_ones(folder, consent):
    (folder / "mine.py").write_text(header("gap") + BODY)
    catalogue = find_detectors(folder, consent)
    assert "comes with the program" in catalogue.found[0].problem
    assert catalogue.declaration("gap") == SHIPPED.declaration("gap")


def test_a_broken_file_is_told_of_and_harms_nothing(folder, consent):
    (folder / "broken.py").write_text("# /// candlewick-detector\n# api = 7\n# ///\n")
    catalogue = find_detectors(folder, consent)
    assert "written for version 7" in catalogue.found[0].problem
    assert len(catalogue.declarations()) == len(SHIPPED.declarations())


def test_a_folder_that_is_missing_holds_none(tmp_path, consent):
    assert find_detectors(tmp_path / "nowhere", consent).found == ()
    assert find_detectors(None, consent).found == ()


def test_a_packages_entry_point_is_found_without_importing_it(tmp_path, consent, monkeypatch):
    site = tmp_path / "site"
    package = site / "candle_guests"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(BODY)
    (package / "hits.py").write_text(header("guest") + BODY)
    metadata = site / "candle_guests-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: candle-guests\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[candlewick.detectors]\nguest = candle_guests.hits:find\nlost = candle_guests.gone\n"
        "misnamed = candle_guests.hits\n"
    )
    monkeypatch.syspath_prepend(str(site))
    found = {
        each.plugin.function if each.plugin else each.problem: each
        for each in find_detectors(None, consent).found
    }
    assert found["find"].state == "new"
    assert found["find"].origin == "package candle-guests"
    assert found["find"].plugin.module == "candle_guests.hits"
    assert any("has no file for the module candle_guests.gone" in problem for problem in found)
    assert any("names a detector misnamed" in problem for problem in found)
    assert "candle_guests" not in sys.modules
