"""The scan over real five-minute bars, from ingest to file, against an independent calculation with pandas."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from engine.cli.main import main

FORMULA = "close > vwap() and close[1] <= vwap()[1] and session == session[1]"
SYMBOLS = ["AAPL", "SPY", "XOM"]


@pytest.fixture(scope="module")
def vendor_file(real_data: Path) -> Path:
    return real_data / "us_intraday_2025_26" / "bars_5min.parquet"


@pytest.fixture(scope="module")
def ingested(vendor_file: Path, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("intraday") / "bars"
    assert main(["ingest", str(vendor_file), "--into", str(folder)]) == 0
    return folder


def expected(bars: pd.DataFrame, length: str) -> pd.DataFrame:
    """Return the crosses of the vwap in the bars of one symbol, joined by pandas; the last bar may be unfinished."""
    how = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    joined = bars.set_index("ts").resample(length).agg(how).dropna(subset="close").reset_index()
    day = joined["ts"].dt.date
    paid = (joined["high"] + joined["low"] + joined["close"]) / 3 * joined["volume"]
    vwap = paid.groupby(day).cumsum() / joined["volume"].groupby(day).cumsum()
    above = joined["close"] > vwap
    crossed = above & ~above.shift(1, fill_value=True) & (day == day.shift(1))
    return joined.assign(vwap=vwap)[crossed]


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.parametrize(("timeframe", "length"), [("5m", "5min"), ("15m", "15min"), ("1h", "60min")])
def test_crosses_of_the_real_vwap_agree_with_pandas(
    vendor_file: Path, ingested: Path, tmp_path: Path, timeframe: str, length: str
) -> None:
    flags = ["--timeframe", timeframe, "--symbols", ",".join(SYMBOLS), "--column", "v=vwap()"]
    written = []
    for number, more in enumerate(
        (["--workers", "1"], ["--workers", "2"], ["--workers", "2", "--no-snapshot"])
    ):
        out = tmp_path / f"{number}.csv"
        command = ["scan", "--data", str(ingested), "--formula", FORMULA, *flags, *more, "--out", str(out)]
        assert main(command) == 0
        written.append(out.read_bytes())
    assert len(set(written)) == 1
    found = pd.read_csv(tmp_path / "0.csv", parse_dates=["timestamp"])
    vendor = pd.read_parquet(vendor_file)
    for symbol in SYMBOLS:
        wanted = expected(vendor[vendor["symbol"] == symbol].drop(columns="symbol"), length)
        ours = found[found["symbol"] == symbol]
        last = ours["timestamp"].max()
        wanted = wanted[wanted["ts"] <= last]
        assert ours["timestamp"].tolist() == wanted["ts"].tolist()
        assert len(ours) > 100
        assert ours["v"].to_numpy() == pytest.approx(wanted["vwap"].to_numpy(), rel=1e-12)
