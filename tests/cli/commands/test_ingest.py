from __future__ import annotations

import pytest

from engine.data.hive import HiveCandleRepository

GERMAN = "Datum;Erster;Hoch;Tief;Schluss;Stück\n02.01.2020;1,5;2,5;1;2;1.000\n15.01.2020;1,5;2,5;1;2;\n"


@pytest.fixture
def german(tmp_path):
    (tmp_path / "sap.csv").write_text(GERMAN, encoding="utf-8")
    return tmp_path / "sap.csv"


def test_a_preview_writes_nothing_and_ends_with_the_flags_that_fit(candlewick, german, tmp_path):
    ran = candlewick("ingest", german, "--preview")
    assert ran.code == 0
    assert "SAP  2020-01-02  1.5  2.5  1  2  1000\n" in ran.out
    assert ran.out.endswith('--map "volume=Stück" --decimal-comma --dates dmy\n')
    assert [path.name for path in tmp_path.iterdir()] == ["sap.csv"]


def test_the_flags_of_a_preview_import_the_file(candlewick, german, tmp_path):
    flags = ["--map", "date=Datum", "--map", "open=Erster", "--map", "high=Hoch", "--map", "low=Tief"]
    flags += ["--map", "close=Schluss", "--decimal-comma", "--dates", "dmy", "--separator", "semicolon"]
    ran = candlewick("ingest", german, "--into", tmp_path / "bars", *flags)
    assert ran.code == 0
    raw = HiveCandleRepository(tmp_path / "bars").read_raw("SAP")
    assert (raw.close.tolist(), raw.open.tolist()) == ([2.0, 2.0], [1.5, 1.5])


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Date,Open,High,Low,Close\n01/02/2020,1,1,1,1\n", "Add --dates dmy or --dates mdy."),
        ("Day,X,Y\n2020-01-02,1,1\n", "The columns are Day, X, Y: use --map."),
    ],
    ids=["dates", "columns"],
)
def test_a_preview_says_what_cannot_be_read(candlewick, tmp_path, text, advice):
    (tmp_path / "x.csv").write_text(text)
    ran = candlewick("ingest", tmp_path / "x.csv", "--preview")
    assert ran.code == 1
    assert advice in ran.out


def test_an_import_needs_a_place_to_go(candlewick, german):
    ran = candlewick("ingest", german)
    assert ran.code == 2
    assert "add --into FOLDER" in ran.err


def test_a_field_that_is_misspelt_says_which_was_meant(candlewick, german, tmp_path):
    ran = candlewick("ingest", german, "--into", tmp_path / "bars", "--map", "clos=Schluss")
    assert ran.code == 2
    assert "Did you mean 'close'?" in ran.err
