"""Live answers against the real scan over the same bars."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import FormulaError, JobError, NotLiveError
from engine.scan import ranking
from engine.scan.explain import why_not
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.live import ranks, values
from engine.scan.live.answer import flattened
from engine.scan.live.scanning import LiveScan
from engine.scan.processing import ProcessingEngine

FORMULAS = {
    "cross": "close > sma(close, 50) and cross_above(rsi(close, 14), 40) and volume > 1.2 * sma(volume, 20)",
    "named lines": "strong := rsi(close, 14) > 55\nwide := high - low\nstrong and wide > sma(wide, 10)",
    "outputs": "macd(12, 26, 9).hist > 0 and bbands(close, 20, 2, 2).upper < close",
    "looks back": "close > close[1] and close[1] > ref(close, 2) or not (close > open)",
    "conditions over time": "every(close > sma(close, 5), 3) or count(close > open, 10) >= 7 and streak(close > 1) > 3",
    "power and remainder": "close ^ 1.5 > 900 and bar_index % 3 == 1 and ln(volume) > 9",
    "chained": "20 < rsi(close, 14) <= 45 and close != open",
    "unknown volume": "volume > 0 and cross_below(volume, sma(volume, 5)) or volume[3] < volume",
    "longer bars": 'tf("W", close > sma(close, 4)) and close > sma(close, 10)',
    "another symbol": 'close > sym("S003", close) and cross_above(close, sma(close, 20))',
    "constants": "true and close > 2 * 3 and sma(close, 5) > 0",
    "division": "(close - open) / (high - low) > 0.5 or 1 / (volume - volume) > 3",
    "ranks": "csrank(roc(close, 10)) >= 70 and close > sma(close, 10)",
    "ranks of ranks": "csrank(csrank(volume) + csrank(close)) > 50 or csrank(close) < csrank(close)[1]",
    "ranks of longer bars": 'csrank(tf("W", roc(close, 2))) > 60 and cross_above(csrank(close), 50)',
    "never": "rsi(close, 14) > 100",
}
WINDOWS = {
    "all bars": {},
    "last bar": {"last_bars": 1},
    "dates": {"date_range": DateRange(date(2020, 3, 2), date(2020, 10, 30))},
    "look-back": {"lookback_days": 30},
}


@pytest.fixture(scope="module")
def gappy(walks):
    """Walks of many lengths, some with unknown volumes, one of a single bar and one without any."""
    frames = {}
    for number, (symbol, frame) in enumerate(sorted(walks.items())[:24]):
        kept = frame.iloc[: 12 + 13 * number].copy()
        if number % 3 == 0:
            kept.loc[kept.index[5::7], "volume"] = np.nan
        frames[symbol] = kept
    frames["S022"] = frames["S022"].iloc[:1]
    frames["S023"] = frames["S023"].iloc[:0]
    with InMemoryCandleRepository(frames) as repository:
        yield repository


@pytest.fixture(scope="module")
def engine(gappy):
    with ProcessingEngine(gappy, backend="inline") as opened:
        yield opened


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_matches_are_the_scans(gappy, engine, formula, window):
    job = ProcessingJob(formula=formula, columns={"strength": "rsi(close, 9)"}, **window)
    result = engine.run(job)
    answer = LiveScan(gappy, job, shown=10_000).answer(job)
    assert answer.matches.equals(result.matches)
    assert answer.total == result.matches.num_rows
    assert answer.matching_symbols == len(pc.unique(result.matches["symbol"]))
    assert answer.without_answer == result.summary.symbols["not_evaluable"]


def test_what_an_earlier_text_has_left_changes_nothing(gappy, engine):
    live = LiveScan(gappy, ProcessingJob(formula="true"), shown=10_000)
    texts = [*FORMULAS.values(), *[text.replace("14", "15") for text in FORMULAS.values()]] * 2
    for number, text in enumerate(texts):
        job = ProcessingJob(formula=text, **list(WINDOWS.values())[number % 4])
        assert live.answer(job).matches.equals(engine.run(job).matches)


def test_blocks_of_several_sizes_say_the_same(gappy, engine, monkeypatch):
    job = ProcessingJob(formula=FORMULAS["cross"])
    expected = engine.run(job).matches
    for size in (1, 300):
        monkeypatch.setattr("engine.scan.live.blocks.blocks_of.__defaults__", (size,))
        assert LiveScan(gappy, job).answer(job).matches.equals(expected)


def test_the_newest_are_shown_where_there_are_too_many(gappy, engine):
    job = ProcessingJob(formula="close > 0")
    whole = engine.run(job).matches
    answer = LiveScan(gappy, job, shown=10).answer(job)
    assert answer.total == whole.num_rows
    newest = whole.sort_by([("timestamp", "descending"), ("symbol", "ascending")]).slice(0, 10)
    assert answer.matches.equals(newest.sort_by([("symbol", "ascending"), ("timestamp", "ascending")]))


SEVERAL = {
    "up": "close > sma(close, 50) and (rsi(close, 14) > 50 or volume > 20000)",
    "cross": "cross_above(rsi(close, 14), 40)",
    "never known": "sma(close, 5000) > 0",
    "leads": "csrank(roc(close, 20)) > 80",
    "strong": "calm := rsi(close, 14) > 40 and close > 0\ncalm and close > close[1]",
}


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_matches_of_several_formulas_are_the_scans(gappy, engine, window):
    job = ProcessingJob(formulas=SEVERAL, columns={"strength": "rsi(close, 9)"}, **window)
    result = engine.run(job)
    answer = LiveScan(gappy, job, shown=100_000).answer(job)
    assert answer.matches.equals(result.matches)
    assert answer.total == result.matches.num_rows
    assert answer.matching_symbols == len(pc.unique(result.matches["symbol"]))
    assert answer.without_answer == result.summary.symbols["not_evaluable"]


def test_of_several_formulas_each_is_counted_with_what_it_joins(gappy, engine):
    job = ProcessingJob(formulas=SEVERAL)
    answer = LiveScan(gappy, job).answer(job)
    assert [condition.text for condition in answer.conditions] == sorted(SEVERAL)
    for condition in answer.conditions:
        alone = ProcessingJob(formula=SEVERAL[condition.text])
        assert condition.bars == engine.run(alone).matches.num_rows
        assert condition.parts == tuple(
            replace(each, only_failing=()) for each in LiveScan(gappy, alone).answer(alone).conditions
        )
    assert answer.fail_one == 0


def test_one_of_several_formulas_is_changed_and_the_others_stay(gappy, engine):
    live = LiveScan(gappy, ProcessingJob(formulas=SEVERAL), shown=100_000)
    for level in (40, 45, 40):
        job = ProcessingJob(formulas={**SEVERAL, "cross": f"cross_above(rsi(close, 14), {level})"})
        assert live.answer(job).matches.equals(engine.run(job).matches)
    one = ProcessingJob(formula=SEVERAL["up"])
    assert live.answer(one).matches.equals(engine.run(one).matches)


def test_the_newest_of_several_formulas_are_shown(gappy, engine):
    job = ProcessingJob(formulas={"any": "close > 0", "up": "close > open"})
    whole = engine.run(job).matches
    answer = LiveScan(gappy, job, shown=11).answer(job)
    assert answer.total == whole.num_rows
    order = [("timestamp", "descending"), ("symbol", "ascending"), ("formula", "ascending")]
    newest = whole.sort_by(order).slice(0, 11)
    by_symbol = [("symbol", "ascending"), ("timestamp", "ascending"), ("formula", "ascending")]
    assert answer.matches.equals(newest.sort_by(by_symbol))


def test_conditions_count_bars_and_symbols(gappy, engine):
    texts = ["close > open[1]", "rsi(close, 14) > 50", "volume > 20000"]
    job = ProcessingJob(formula=f"{texts[0]} and ({texts[1]} or {texts[2]})")
    answer = LiveScan(gappy, job, shown=10_000).answer(job)
    found = {condition.text: condition for _, condition in flattened(answer.conditions)}
    for text in texts:
        bars = engine.run(ProcessingJob(formula=text)).matches.num_rows
        symbols = engine.run(ProcessingJob(formula=text, last_bars=1)).matches.num_rows
        assert (found[text].bars, found[text].symbols) == (bars, symbols)
    assert [(depth, condition.text) for depth, condition in flattened(answer.conditions)] == [
        (0, texts[0]),
        (0, f"{texts[1]} or {texts[2]}"),
        (1, texts[1]),
        (1, texts[2]),
    ]


def test_a_named_line_shows_what_it_joins(gappy):
    job = ProcessingJob(formula="calm := close > 1 and close < 1000\ncalm and volume > 0")
    conditions = LiveScan(gappy, job).answer(job).conditions
    assert [condition.text for condition in conditions] == ["calm", "volume > 0"]
    assert [part.text for part in conditions[0].parts] == ["close > 1", "close < 1000"]


def test_who_fails_one_condition_only_is_counted_as_why_not_does(walks):
    texts = "rsi(close, 14) > 50 and close > sma(close, 20) and volume > 40000"
    with InMemoryCandleRepository(walks) as repository:
        job = ProcessingJob(formula=texts)
        answer = LiveScan(repository, job).answer(job)
        day = max(frame["timestamp"].iloc[-1] for frame in walks.values()).date()
        expected = why_not(repository, texts, day)
    assert answer.fail_one == expected.fail_one
    counts = [len(condition.only_failing) for condition in answer.conditions]
    assert counts == [condition.only_failing for condition in expected.conditions]


def test_terms_that_stay_are_not_computed_again(gappy, monkeypatch):
    job = ProcessingJob(formula="cross_above(rsi(close, 14), 30) and close > sma(close, 20)")
    live = LiveScan(gappy, job)
    live.answer(job)
    seen = []
    real = values.operation
    monkeypatch.setattr(
        values, "operation", lambda name, constants: seen.append((name, *constants)) or real(name, constants)
    )
    live.answer(ProcessingJob(formula="cross_above(rsi(close, 14), 31) and close > sma(close, 20)"))
    assert seen
    assert not {name for name in seen if name[0] == "call" and name[1] in {"rsi", "sma"}}
    live.answer(ProcessingJob(formula="cross_above(rsi(close, 15), 31) and close > sma(close, 20)"))
    assert ("call", "rsi", 15.0) in seen
    assert ("call", "sma", 20.0) not in seen


def test_the_universe_is_ranked_again_only_where_what_is_compared_changes(gappy, engine, monkeypatch):
    live = LiveScan(gappy, ProcessingJob(formula="true"), shown=10_000)
    ranked = []
    monkeypatch.setattr(
        ranks, "percentiles", lambda *given: ranked.append(given) or ranking.percentiles(*given)
    )
    for text, times in (
        ("csrank(roc(close, 10)) > 70 and close > sma(close, 10)", 1),
        ("csrank(roc(close, 10)) > 80 and close > sma(close, 12)", 1),
        ("csrank(roc(close, 11)) > 80 and close > sma(close, 12)", 2),
        ("csrank(roc(close, 11)) > csrank(volume)", 3),
    ):
        job = ProcessingJob(formula=text)
        assert live.answer(job).matches.equals(engine.run(job).matches)
        assert len(ranked) == times


@pytest.mark.parametrize("text", ["cross", "ranks of ranks"])
def test_without_memory_the_answer_is_the_same(gappy, engine, text):
    job = ProcessingJob(formula=FORMULAS[text])
    live = LiveScan(gappy, job, memory=5_000)
    for _ in range(2):
        assert live.answer(job).matches.equals(engine.run(job).matches)
        assert live.memory <= 5_000


def test_an_answer_that_is_given_up_leaves_the_next_one_right(gappy, engine):
    class GivenUpError(Exception):
        pass

    job = ProcessingJob(formula=FORMULAS["cross"])
    live = LiveScan(gappy, job)
    for patience in (0, 3, 20):
        left = [patience]

        def look_up(left=left):
            left[0] -= 1
            if left[0] < 0:
                raise GivenUpError

        with pytest.raises(GivenUpError):
            live.answer(job, look_up)
    assert live.answer(job).matches.equals(engine.run(job).matches)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"formula": 'detector("golden_cross")'}, "Detectors"),
        ({"formulas": {"a": "close > 1", "b": 'detector("golden_cross")'}}, "Detectors"),
        ({"detectors": ("gap",)}, "events of detectors"),
    ],
    ids=["detector", "detector in one of several", "events"],
)
def test_what_needs_a_scan_is_said_in_a_sentence(gappy, fields, word):
    live = LiveScan(gappy, ProcessingJob(formula="true"), shown=10_000)
    with pytest.raises(NotLiveError, match=word) as caught:
        live.answer(ProcessingJob(**fields))
    assert not caught.value.is_cold
    assert "press Run" in str(caught.value)


def test_a_wrong_formula_is_refused_as_by_a_scan(gappy):
    live = LiveScan(gappy, ProcessingJob(formula="true"), shown=10_000)
    with pytest.raises(FormulaError):
        live.answer(ProcessingJob(formula="close > smaa(close, 3)"))
    with pytest.raises(JobError, match="NOWHERE"):
        live.answer(ProcessingJob(formula='sym("NOWHERE", close) > 1'))


def test_bars_of_a_job_fit_when_symbols_and_timeframe_are_the_same(gappy):
    live = LiveScan(gappy, ProcessingJob(formula="true", symbols=("S001", "S002")))
    assert live.fits(ProcessingJob(formula="close > 1", symbols=("S001", "S002"), last_bars=3))
    assert not live.fits(ProcessingJob(formula="true"))
    assert not live.fits(ProcessingJob(formula="true", symbols=("S001", "S002"), timeframe="1w"))


@pytest.mark.parametrize(
    "formula", ["close[500] > 1 or close > 0", "close > 0 and rsi(close, 400) > 1"], ids=str
)
def test_a_look_back_beyond_all_bars_is_unknown(gappy, engine, formula):
    job = ProcessingJob(formula=formula)
    assert LiveScan(gappy, job, shown=10_000).answer(job).matches.equals(engine.run(job).matches)


def test_dates_without_a_bar_leave_every_symbol_without_an_answer(gappy, engine):
    job = ProcessingJob(
        formula="cross_above(close, sma(close, 5)) and close > 1",
        date_range=DateRange(date(1990, 1, 1), date(1990, 2, 1)),
    )
    answer = LiveScan(gappy, job).answer(job)
    assert answer.matches.equals(engine.run(job).matches)
    assert (answer.total, answer.bars, answer.without_answer) == (0, 0, 24)


def test_a_universe_without_bars_has_an_answer(gappy):
    job = ProcessingJob(formula="close > 1", symbols=("S023",))
    answer = LiveScan(gappy, job).answer(job)
    assert (answer.total, answer.symbols, answer.universe, answer.without_answer) == (0, 0, 1, 1)


def test_weekly_bars_are_the_scans(gappy, engine):
    job = ProcessingJob(formula="close > sma(close, 4)", timeframe="1w")
    assert LiveScan(gappy, job).answer(job).matches.equals(engine.run(job).matches)


def test_bars_that_have_no_snapshot_are_cold(gappy):
    with pytest.raises(NotLiveError) as caught:
        LiveScan.open(gappy, ProcessingJob(formula="true"))
    assert caught.value.is_cold


def test_the_table_of_no_matches_has_all_columns(gappy):
    job = ProcessingJob(formula="x := rsi(close, 14)\nx > 100")
    table = LiveScan(gappy, job).answer(job).matches
    assert table.num_rows == 0
    assert table.schema.field("x").type == pa.float64()
