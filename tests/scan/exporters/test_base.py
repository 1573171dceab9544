"""Writing tells how far it is and can be cancelled: then the old file stays and nothing else is left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.scan.exporters import csv, export, exporters, parquet, xlsx
from engine.scan.exporters.csv import csv_bytes

ROWS = 1_000


class CancelledError(Exception):
    pass


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "_BATCH_ROWS", 64)
    monkeypatch.setattr(parquet, "GROUP_ROWS", 64)
    monkeypatch.setattr(xlsx, "_BATCH_ROWS", 64)


def matches() -> pa.Table:
    rng = np.random.default_rng(7)
    return pa.table(
        {
            "symbol": pa.array([f"S{row:04d}" for row in range(ROWS)]),
            "timestamp": pa.array(np.datetime64("2020-01-01", "us") + np.arange(ROWS) * 86_400_000_000),
            "close": rng.normal(100.0, 10.0, ROWS),
            "event": pa.array(['a, "b"'] + ["=x"] * (ROWS - 1)),
        }
    )


@pytest.mark.parametrize("suffix", exporters.names())
def test_progress_goes_forward_and_ends_at_the_end(tmp_path: Path, suffix: str) -> None:
    told: list[tuple[int, int]] = []
    export(matches(), "1d", tmp_path / f"x{suffix}", progress=lambda *step: told.append(step))
    done = [step for step, _ in told]
    assert done == sorted(done)
    assert len({steps for _, steps in told}) == 1
    if suffix != ".txt":
        assert len(told) > 10
        assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize("suffix", exporters.names())
@pytest.mark.parametrize("share", [0.0, 0.4, 0.8], ids=["at once", "in the middle", "near the end"])
def test_a_cancelled_export_keeps_the_old_file_and_leaves_no_other(
    tmp_path: Path, suffix: str, share: float
) -> None:
    path = export(matches().slice(0, 3), "1d", tmp_path / f"x{suffix}")
    before = path.read_bytes()

    def stop(done: int, steps: int) -> None:
        if done >= share * steps or suffix == ".txt":
            raise CancelledError

    with pytest.raises(CancelledError):
        export(matches(), "1d", path, progress=stop)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_excel_can_be_cancelled_while_the_book_is_packed(tmp_path: Path) -> None:
    def stop(done: int, steps: int) -> None:
        if ROWS <= done < steps:
            raise CancelledError

    with pytest.raises(CancelledError):
        export(matches(), "1d", tmp_path / "x.xlsx", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_csv_in_batches_is_the_same_as_in_one_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = export(matches(), "1d", tmp_path / "x.csv")
    monkeypatch.setattr(csv, "_BATCH_ROWS", 10 * ROWS)
    assert path.read_bytes() == csv_bytes(matches(), "1d")


def test_parquet_in_groups_is_the_same_table(tmp_path: Path) -> None:
    path = export(matches(), "1d", tmp_path / "x.parquet")
    assert pq.ParquetFile(path).num_row_groups == -(-ROWS // 64)
    assert pq.read_table(path).equals(matches())
