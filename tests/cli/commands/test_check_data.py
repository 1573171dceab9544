from __future__ import annotations

from engine.data.parquet import BARS_FILE, write_bars
from engine.testing import bars_from_rows, generate_test_bars


def test_the_report_names_each_symbol_with_its_faults(candlewick, tmp_path):
    bad = bars_from_rows("BAD", ["2020-01-02", "2020-01-03"], [(1, 2, 1, 1, 5), (0, 0, 0, 0, 5)])
    for bars in (bad, generate_test_bars("GOOD", 9)):
        (tmp_path / f"symbol={bars.symbol}").mkdir()
        write_bars(bars, tmp_path / f"symbol={bars.symbol}" / BARS_FILE)
    short, long = candlewick("check-data", tmp_path), candlewick("check-data", tmp_path, "--symbols")
    assert (short.code, long.code) == (1, 1)
    assert long.out.startswith(short.out)
    added = long.out.removeprefix(short.out).splitlines()
    assert added[0] == "BAD\t2020-01-02\t1\t1 row is left out: a price is zero or negative."
    assert not any(line.startswith("GOOD") for line in added)
