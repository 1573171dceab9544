"""What the checker says about tf, sym, csrank and detector."""

import pytest

from engine.errors import FormulaError
from engine.formula.check import check
from engine.formula.completion import function_names
from engine.formula.service import FormulaService, compile_scan
from engine.testing import generate_test_candles


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('tf("w", close) > 5', 'tf("W", close) > 5'),
        ("tf('1mo', rsi(14)) > 5", 'tf("M", rsi(close, 14)) > 5'),
        ("TF(close, 'Quarter') > 5", 'tf("Q", close) > 5'),
        ("tf('y', close > open)", 'tf("Y", close > open)'),
        ("tf('5 min', close) > 5", 'tf("5m", close) > 5'),
        ("tf('60m', close) > 5", 'tf("1h", close) > 5'),
        ("tf('Hourly', close) > 5", 'tf("1h", close) > 5'),
        ("tf('4H', close) > 5", 'tf("4h", close) > 5'),
        ("tf('daily', close) > 5", 'tf("D", close) > 5'),
        ("tf('W', close > open)[1]", 'tf("W", close > open)[1]'),
        ("sym('SPY', close > sma(50))", 'sym("SPY", close > sma(close, 50))'),
        ("sym('brk.b', c) > 5", 'sym("brk.b", close) > 5'),
        ("csrank(roc(126)) > 90", "csrank(roc(close, 126)) > 90"),
        ("tf('W', sym('SPY', close)) > 5", 'tf("W", sym("SPY", close)) > 5'),
        ("csrank(tf('W', close) / sym('SPY', close)) > 5", 'csrank(tf("W", close) / sym("SPY", close)) > 5'),
    ],
)
def test_calls_are_printed_in_one_way_and_read_back_as_themselves(text, canonical):
    assert check(text).canonical == canonical
    assert check(canonical).canonical == canonical


@pytest.mark.parametrize(
    ("text", "part", "sentence"),
    [
        ('tf("1m", close) > 5', '"1m"', "No bars are shorter"),
        ('tf("7m", close) > 5', '"7m"', 'tf takes "5m", "15m"'),
        ('tf("X", close) > 5', '"X"', '"D", "W", "M", "Q" or "Y"'),
        ("tf(weekly, close) > 5", "weekly", 'write "W"'),
        ("tf(5, close) > 5", "5", "must be a text in quotes"),
        ("tf(close) > 5", "tf(close)", "two arguments"),
        ('tf("W", 5) > 5', "5", "needs a series"),
        ('tf("W", tf("M", close)) > 5', 'tf("W", tf("M", close))', "cannot stand inside tf"),
        ('tf("W", csrank(close)) > 5', 'tf("W", csrank(close))', "put tf inside csrank"),
        ('sym("SPY", csrank(close)) > 5', 'sym("SPY", csrank(close))', "put sym inside csrank"),
        ("sym(spy, close) > 5", "spy", 'write "SPY"'),
        ('sym("", close) > 5', '""', "Name the other symbol"),
        ("csrank(5) > 5", "5", "needs a series"),
        ("csrank(close > 5) > 5", "close > 5", "count it as iif(close > 5, 1, 0)"),
        ("csrank() > 5", "csrank()", "takes one series"),
        ("csrank(csrank(csrank(csrank(close)))) > 5", "csrank(csrank(csrank(csrank(close))))", "3 deep"),
        ("csrank > 5", "csrank", "needs its brackets"),
        ("csrnk(close) > 5", "csrnk", "Did you mean 'csrank'?"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(text, part, sentence):
    (problem,) = check(text).problems
    assert text[problem.start : problem.end] == part
    assert sentence in problem.message


def test_nesting_is_seen_through_named_lines():
    (problem,) = check('x := csrank(close)\ntf("W", x > 50)').problems
    assert "put tf inside csrank" in problem.message
    lines = "\n".join(f"x{n + 1} := csrank(x{n} + close)" for n in range(4))
    assert "3 deep" in check(f"x0 := close\n{lines}\nx4 > 5").problems[0].message


def test_a_long_chain_of_named_lines_is_no_trouble():
    lines = "\n".join(f"x{n + 1} := x{n} + 1" for n in range(120))
    compiled = compile_scan(f'x0 := close\n{lines}\ntf("W", x120) > 5 and csrank(x120) > 50')
    assert compiled.timeframes == ("W",)


def test_a_line_cannot_have_the_name_of_one_of_them():
    assert "meaning of its own" in check("tf := close\ntf > 5").problems[0].message


def test_a_parameter_names_the_symbol():
    assert compile_scan("close > sym(:bench, close)", {}, {"bench": "SPY"}).symbols == ("SPY",)


def test_history_is_counted_in_the_bars_of_the_scan():
    assert check('tf("W", close > sma(close, 10))').history == 50
    assert check('tf("1h", close > sma(close, 10))').history == 120
    assert check('sym("SPY", close > sma(close, 10))').history == 10


def test_what_stands_inside_is_no_series_of_the_symbol_itself():
    compiled = compile_scan('tf("W", rsi(close, 14)) > 50 and sym("SPY", close > sma(close, 50))')
    assert [(series.name, series.display.levels) for series in compiled.series] == [
        ('tf("W", rsi(close, 14))', (50.0,))
    ]


def test_editors_can_offer_them():
    offered = {entry.name: entry for entry in function_names()}
    assert offered["csrank"].signature == "csrank(series)"
    assert {"tf", "sym"} <= offered.keys()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('detector("GAP", "gap_up")', 'detector("gap", "GAP_UP")'),
        ('not detector("Spring")[3]', 'not detector("spring")[3]'),
        ('tf("W", detector("gap"))', 'tf("W", detector("gap"))'),
        ("detector(:name)", 'detector("gap")'),
    ],
)
def test_detectors_are_named_in_one_spelling(text, canonical):
    checked = check(text, {"name": "gap"})
    assert (checked.problems, checked.canonical, checked.role) == ((), canonical, "truth")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("detector()", "takes a name"),
        ('detector("a", "b", "c")', "takes a name"),
        ("detector(gap)", 'belongs in quotes: write "gap"'),
        ("detector(14)", "must be a text in quotes"),
        ('detector(" ")', "Name the detector"),
        ("detector := 3\nclose > detector", "has a meaning of its own"),
        ('detector("gap") > 3', "condition"),
    ],
)
def test_a_detector_without_a_proper_name_is_refused(text, words):
    assert any(words in problem.message for problem in check(text).problems)


def test_a_frame_of_one_symbols_bars_knows_no_detectors():
    frame = generate_test_candles(20)
    with pytest.raises(FormulaError, match="asks the detectors of a scan"):
        FormulaService().evaluate('close > 1 and detector("gap")', frame)
