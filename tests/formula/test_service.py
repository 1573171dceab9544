"""The door to the language: check, compile, evaluate a frame."""

import pickle
import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DataError, FormulaError
from engine.formula.completion import language_names
from engine.formula.service import FormulaService, check, compile_scan

S1 = "close > sma(close,200) and cross_above(rsi(close,14),30) and volume > 1.5*sma(volume,20)"


def errors(formula, columns=None, parameters=None):
    with pytest.raises(FormulaError) as caught:
        compile_scan(formula, columns or {}, parameters or {})
    return caught.value


# ---------------------------------------------------------------------------------------------- check


def test_a_check_never_raises_and_says_everything_the_editor_shows():
    good = check("close > sma(200)")
    assert (good.is_valid, good.canonical, good.history, good.role) == (
        True,
        "close > sma(close, 200)",
        200,
        "truth",
    )
    bad = check("close > smaa(200)")
    assert (bad.is_valid, bad.canonical, bad.history, bad.role) == (False, None, 0, None)


def test_problems_come_in_the_order_of_the_text():
    starts = [problem.start for problem in check("aaaa > bbbb and rsi(1) > cccc").problems]
    assert starts == sorted(starts)
    assert len(starts) == 4


# ---------------------------------------------------------------------------------------------- compile


def test_two_texts_of_one_formula_have_one_hash():
    one, other = (
        compile_scan("RSI(14)<30 && (close>5)"),
        compile_scan("rsi( close,14 ) < 30\n and close > 5 // why"),
    )
    assert one.hash == other.hash
    assert one.hash != compile_scan("rsi(14) < 31 and close > 5").hash
    assert len(one.hash) == 64


def test_the_canonical_text_compiles_to_the_same_scan():
    compiled = compile_scan("n := 20\nfast := ema(n)\ncross(fast, sma(50)) and stoch(14,3,3).k < 20")
    again = compile_scan(compiled.canonical)
    assert (again.canonical, again.plan, again.series) == (compiled.canonical, compiled.plan, compiled.series)


def test_a_compiled_scan_is_small_plain_data():
    compiled = compile_scan(S1, {"strength": "roc(close, 20)"})
    packed = pickle.dumps(compiled)
    assert len(packed) < 4_000
    assert pickle.loads(packed) == compiled


def test_unpickled_it_runs_without_the_parser_and_without_pandas(tmp_path, make_walk):
    import subprocess  # noqa: PLC0415  only here
    import sys  # noqa: PLC0415

    path = tmp_path / "scan"
    path.write_bytes(pickle.dumps((compile_scan(S1), make_walk(300))))
    program = (
        "import pickle, sys\n"
        f"scan, bars = pickle.load(open({str(path)!r}, 'rb'))\n"
        "assert len(scan.evaluate(bars).truth) == 300\n"
        "print(sorted({'lark', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_values_hold_every_series_by_name(walk):
    compiled = compile_scan("up := close > open\nup and rsi(14) < 90", {"gap": "open / close[1]", "one": "1"})
    result = compiled.evaluate(walk)
    assert list(result.values) == ["gap", "one", "up", "rsi(close, 14)"]
    assert set(result.values["up"]) == {0.0, 1.0}
    assert result.values["one"].tolist() == [1.0] * len(walk)
    assert result.truth.dtype == np.int8


def test_a_column_may_use_the_named_lines_of_the_formula(walk):
    compiled = compile_scan("fast := ema(close, 12)\nclose > fast", {"above": "t := close - fast\nt / fast"})
    values = compiled.evaluate(walk).values
    np.testing.assert_allclose(values["above"], walk.close / values["fast"] - 1, rtol=1e-9)


def test_history_is_that_of_the_condition_and_not_of_the_columns():
    assert compile_scan("rsi(14) < 30", {"x": "sma(close, 200)"}).history == 15


def test_warnings_of_columns_name_the_column():
    warnings = compile_scan("macd(12,26,9) > 0", {"k": "stoch(14, 3, 3)"}).warnings
    assert warnings[0].message.startswith("macd has several outputs")
    assert warnings[1].message.startswith("Column 'k': stoch has several outputs")


def test_a_parameter_that_nothing_uses_is_warned_about():
    assert "'m' is not used" in compile_scan("close > :n", {}, {"n": 3, "m": 4}).warnings[0].message
    assert compile_scan("close > 3", {"x": ":n"}, {"n": 3}).warnings == ()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "inf"], ids=str)
def test_a_parameter_must_be_finite(value):
    assert "must be a finite number" in str(errors("close > :n", parameters={"n": value}))


# ---------------------------------------------------------------------------------------------- problems


def test_a_columns_problem_begins_with_its_name_and_stands_in_its_text():
    error = errors("close > 5", {"fine": "close", "bad": "close + clse"})
    assert error.text == "close + clse"
    (problem,) = error.problems
    assert problem.message.startswith("Column 'bad': There is no name 'clse'")
    assert error.text[problem.start : problem.end] == "clse"


def test_the_problems_of_all_texts_are_reported_together():
    error = errors("opn > 5", {"a": "clse", "b": "hihg"})
    assert error.text == "opn > 5"
    assert [problem.message.split(":")[0] for problem in error.problems] == [
        "There is no name 'opn'. Did you mean 'open'?",
        "Column 'a'",
        "Column 'b'",
    ]


@pytest.mark.parametrize("name", ["symbol", "Timestamp", "close", "fast", " "])
def test_a_column_cannot_take_a_name_that_the_result_has_already(name):
    assert f"Column '{name}':" in str(errors("fast := ema(12); fast > 5", {name: "open"}))


def test_an_error_says_where():
    assert str(errors("close >\n clse")) == (
        "Formula, line 2, column 2: There is no name 'clse'. Did you mean 'close'?"
    )


@settings(max_examples=800, deadline=None)
@given(st.text(alphabet=string.printable, max_size=50))
def test_random_characters_raise_only_formula_errors(text):
    try:
        compile_scan(text)
    except FormulaError as error:
        assert error.problems


NAMES = [entry.name for entry in language_names()]
PIECES = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(
        [
            *"()[],.<>+-*/^%;:=\n",
            ":=",
            "==",
            "and",
            "or",
            "not",
            "0",
            "1",
            "14",
            "0.5",
            "1e9",
            "-1",
            "'ema'",
            ":n",
            "x",
        ]
    ),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_random_words_raise_only_formula_errors(text):
    try:
        compile_scan(text, {}, {"n": 5})
    except FormulaError as error:
        assert error.problems


ARGUMENTS = st.lists(
    st.sampled_from(["close", "14", "3", "0", "-1", "2.5", "close > open", "'ema'", ":n", "true"]), max_size=5
)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(NAMES), ARGUMENTS, st.sampled_from(["> 0", "", ".upper > 1", "[2] < 5"]))
def test_any_call_compiles_and_runs_or_is_refused(make_walk, name, arguments, rest):
    try:
        compiled = compile_scan(f"{name}({', '.join(arguments)}) {rest}", {}, {"n": 5})
    except FormulaError as error:
        assert all(problem.message for problem in error.problems)
    else:
        assert len(compiled.evaluate(make_walk(60)).truth) == 60
        assert compile_scan(compiled.canonical).hash == compiled.hash


# ---------------------------------------------------------------------------------------------- frames


@pytest.fixture
def frame(walk):
    columns = {name.title(): walk.field(name) for name in ("open", "high", "low", "close", "volume")}
    return pd.DataFrame(columns, index=pd.DatetimeIndex(walk.timestamp, name="day"))


def test_a_frame_comes_back_as_a_boolean_series_on_its_index(frame, walk):
    matches = FormulaService().evaluate("close > sma(close, 20)", frame)
    assert matches.dtype == bool
    assert matches.index is frame.index
    truth = compile_scan("close > sma(close, 20)").evaluate(walk).truth
    np.testing.assert_array_equal(matches.to_numpy(), truth == 2)
    assert not matches.iloc[:19].any()


def test_parts_of_the_date_come_from_the_index_or_from_a_column(frame):
    service = FormulaService()
    wanted = (frame.index.month == 2).tolist()
    assert service.evaluate("month == 2", frame).tolist() == wanted
    assert service.evaluate("month == 2", frame.reset_index(names="Date")).tolist() == wanted
    assert service.evaluate("month == 2", frame.tz_localize("UTC")).tolist() == wanted
    assert not service.evaluate("month == 2", frame.reset_index(drop=True)).any()


def test_whole_number_columns_are_fine(frame):
    frame["Close"] = (frame["Close"] * 100).astype("int64")
    assert FormulaService().evaluate("close > sma(close, 5)", frame).any()


def test_a_missing_column_matters_only_if_the_formula_reads_it(frame):
    service = FormulaService()
    without = frame.drop(columns="Volume")
    assert service.evaluate("close > open", without).any()
    with pytest.raises(DataError, match="no column 'volume'"):
        service.evaluate("volume > 5", without)
    with pytest.raises(DataError, match="no column 'high'"):
        service.evaluate("hl2 > 5", frame.drop(columns="High"))


def test_parameters_change_the_result(frame):
    service = FormulaService()
    few, many = (service.evaluate("close > :level", frame, {"level": level}).sum() for level in (110, 90))
    assert few < many


def test_a_bad_formula_is_a_formula_error(frame):
    with pytest.raises(FormulaError):
        FormulaService().evaluate("close >", frame)
