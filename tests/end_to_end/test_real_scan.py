"""The scan over real bars, from ingest to file, against an independent calculation with pandas and TA-Lib.

The oracle reads the vendor's file itself, drops broken rows by its own rule and knows nothing of our engine.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import talib

from engine.cli.main import main

FORMULA = "close > sma(close,200) and cross_above(rsi(close,14),30) and volume > 1.5*sma(volume,20)"
SYMBOLS, BROKEN_ROWS, BROKEN_SYMBOLS, ROWS = 1151, 130, 43, 2_535_092


def is_broken(bars: pd.DataFrame) -> pd.Series:
    prices = bars[["open", "high", "low", "close"]]
    top, bottom = bars[["open", "close"]].max(axis=1), bars[["open", "close"]].min(axis=1)
    bad = ~np.isfinite(prices).all(axis=1) | (prices <= 0).any(axis=1)
    return bad | (bars["high"] < top) | (bars["low"] > bottom) | (bars["high"] < bars["low"])


def expected_matches(bars: pd.DataFrame) -> pd.DataFrame:
    close, volume = bars["close"].to_numpy(), bars["volume"].to_numpy(dtype=float)
    if len(bars) == 0:
        return bars.assign(rsi=[])
    rsi = pd.Series(talib.RSI(close, 14))
    average = pd.Series(close).rolling(200).mean()
    usual = pd.Series(volume).rolling(20).mean()
    crossed = (rsi > 30) & (rsi.shift(1) <= 30)
    hit = (close > average) & crossed & (volume > 1.5 * usual)
    return bars.assign(rsi=rsi.to_numpy())[hit.to_numpy()]


@pytest.fixture(scope="module")
def vendor_file(real_data: Path) -> Path:
    return real_data / "us_stooq_daily" / "us_stooq_daily.parquet"


@pytest.fixture(scope="module")
def ingested(vendor_file: Path, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "bars"
    assert main(["ingest", str(vendor_file), "--into", str(folder)]) == 0
    return folder


@pytest.mark.real_data
@pytest.mark.slow
def test_every_match_of_the_real_scan_agrees_with_pandas_and_talib(
    vendor_file: Path, ingested: Path, tmp_path: Path
) -> None:
    out, summary = tmp_path / "out.csv", tmp_path / "summary.json"
    flags = ["--workers", "2", "--out", str(out), "--summary-json", str(summary)]
    assert main(["scan", "--data", str(ingested), "--formula", FORMULA, *flags]) == 0
    found = pd.read_csv(out, keep_default_na=False, na_values=[""], parse_dates=["timestamp"])

    raw = pd.read_parquet(vendor_file).astype({"symbol": str})
    raw["date"] = pd.to_datetime(raw["date"])
    broken = is_broken(raw)
    assert (len(raw), int(broken.sum()), raw[broken]["symbol"].nunique()) == (
        ROWS,
        BROKEN_ROWS,
        BROKEN_SYMBOLS,
    )
    frames = [
        expected_matches(bars.sort_values("date").reset_index(drop=True))
        for _, bars in raw[~broken].groupby("symbol", sort=True)
    ]
    expected = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)

    assert len(found) == len(expected) > 900
    assert list(found["symbol"]) == list(expected["symbol"])
    assert (found["timestamp"].to_numpy() == expected["date"].to_numpy()).all()
    np.testing.assert_array_equal(found["close"], expected["close"])
    np.testing.assert_allclose(found["rsi(close, 14)"], expected["rsi"], rtol=1e-12)

    document = json.loads(summary.read_text())
    assert sum(document["symbols"].values()) == SYMBOLS
    assert document["masked_bars"]["total"] == BROKEN_ROWS
    assert document["masked_symbols"] == BROKEN_SYMBOLS
    assert document["complete"] is True


@pytest.mark.real_data
@pytest.mark.slow
def test_the_real_scan_is_the_same_for_every_worker_count(ingested: Path, tmp_path: Path) -> None:
    files = {}
    for name, flags in {
        "inline": ["--backend", "inline"],
        "one": ["--workers", "1"],
        "eight": ["--workers", "8"],
    }.items():
        out = tmp_path / f"{name}.csv"
        assert main(["scan", "--data", str(ingested), "--formula", FORMULA, "--out", str(out), *flags]) == 0
        files[name] = out.read_bytes()
    assert len(set(files.values())) == 1


@pytest.mark.real_data
def test_the_raw_sample_is_ingested_with_its_empty_files_refused(
    real_data: Path, tmp_path: Path, capsys
) -> None:
    with tarfile.open(real_data / "us_stooq_daily" / "raw_sample.tar.xz") as archive:
        archive.extractall(tmp_path / "raw", filter="data")
    assert main(["ingest", str(tmp_path / "raw"), "--into", str(tmp_path / "bars")]) == 1
    report = capsys.readouterr().out
    assert "211 in, 199 written, 12 refused" in report
    assert report.count("it is empty (0 bytes)") == 12
    assert main(["scan", "--data", str(tmp_path / "bars"), "--formula", FORMULA, "--backend", "inline"]) == 0
