"""What other programs write is recognised and answered with ours; following the answers leads to a valid formula."""

import time

import pytest

from engine.formula.check import check

# A bound on liveness with slack, not on speed: without the limits these would take minutes.
LIVENESS_SECONDS = 20.0


def mended(text):
    """Apply fixes one after the other, as a user would, until there is nothing left to mend."""
    for _ in range(20):
        fixable = [problem for problem in check(text).problems if problem.fix is not None]
        if not fixable:
            break
        first = fixable[0]
        text = text[: first.start] + first.fix + text[first.end :]
    return text


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        # AmiBroker and MetaStock
        ("C > Ref(C, -1)", "close > close[1]"),
        ("Cross(C, MA(C, 20))", "cross_above(close, ma(close, 20, \"sma\"))"),
        ("C >= HHV(H, 20) AND V > MA(V, 50)", "close >= hhv(high, 20) and volume > ma(volume, 50, \"sma\")"),
        ("C > Mov(C, 20, S)", "close > sma(close, 20)"),
        ("Cross(Mov(C, 10, E), Mov(C, 50, Simple))", "cross_above(ema(close, 10), sma(close, 50))"),
        ("C > BBandTop(C, 20, 2)", "close > bbands(close, 20, 2, 2, \"sma\").upper"),
        ("C < BBandBot(C, 20, S, 2)", "close < bbands(close, 20, 2, 2, \"sma\").lower"),
        ("StDev(C, 20) > 1", "stddev(close, 20, 1) > 1"),
        ("Wilders(C, 14) < C", "rma(close, 14) < close"),
        ("C / Foreign(\"SPY\", \"C\") > 1", "close / sym(\"SPY\", close) > 1"),
        ("PDI(14) > MDI(14)", "plus_di(14) > minus_di(14)"),
        ("Alert(C > O, 5)", "exists(close > open, 5)"),
        ("Buy = Cross(C, MA(C, 20))", "cross_above(close, ma(close, 20, \"sma\"))"),
        ("fast = MA(C, 20);\nfast > C", "fast := ma(close, 20, \"sma\")\nfast > close"),
        # Pine
        ("ta.crossover(ta.sma(close, 20), ta.sma(close, 50))", "cross_above(sma(close, 20), sma(close, 50))"),
        ("ta.crossunder(close, ta.ema(close, 9))", "cross_below(close, ema(close, 9))"),
        ("ta.cross(close, open)", "crosses(close, open)"),
        ("close[1] < ta.highest(high, 20)[1]", "close[1] < hhv(high, 20)[1]"),
        ("math.max(open, close) > 5", "max(open, close) > 5"),
        ("math.pow(close, 2) > math.abs(open)", "close ^ 2 > abs(open)"),
        ("ta.rsi(close, 14) < 30 and ta.stdev(close, 20) > 1", "rsi(close, 14) < 30 and stddev(close, 20, 1) > 1"),
        ("ta.rising(close, 3)", "every(close > close[1], 3)"),
        ("close > ta.linreg(close, 14, 0)", "close > linearreg(close, 14)"),
        ("ta.sar(0.02, 0.02, 0.2) < close", "sar(0.02, 0.2) < close"),
        ("ta.stoch(close, high, low, 14) < 20", "stochf(14, 1, \"sma\").k < 20"),
        ("ta.tr > ta.atr(14)", "trange() > atr(14)"),
        ("na(close)", "isna(close)"),
        ("(close > open ? high : low) > 5", "iif(close > open, high, low) > 5"),
        ("x = close > open ? 1 : 0\nx > 0", "x := iif(close > open, 1, 0)\nx > 0"),
        ("request.security(\"SPY\", \"D\", close) > 5", "sym(\"SPY\", close) > 5"),
        ("request.security(\"SPY\", \"W\", ta.sma(close, 10)) > 5", "sym(\"SPY\", tf(\"W\", sma(close, 10))) > 5"),
        ("request.security(syminfo.tickerid, \"W\", close) > 5", "tf(\"W\", close) > 5"),
        # TC2000
        ("C > C1", "close > close[1]"),
        ("C > AVGC20 AND V > AVGV50.1", "close > sma(close, 20) and volume > sma(volume, 50)[1]"),
        ("XAVGC20 > XAVGC50", "ema(close, 20) > ema(close, 50)"),
        ("C > MAXH20.1 OR C < MINL20.1", "close > hhv(high, 20)[1] or close < llv(low, 20)[1]"),
        ("RSI14 < 30 AND ATR14 > 1", "rsi(close, 14) < 30 and atr(14) > 1"),
        # StockCharts and Chartink
        ("sma(20, close) > sma(50, close)", "sma(close, 20) > sma(close, 50)"),
        ("1 day ago close < 5", "close[1] < 5"),
        ("2 days ago sma(20, close) < close", "sma(close, 20)[2] < close"),
        ("latest close > 1 day ago high", "close > high[1]"),
        ("latest sma(latest close, 20) > latest close", "sma(close, 20) > close"),
        ("weekly close > 5", "tf(\"W\", close) > 5"),
        ("close crossed above sma(20, close)", "cross_above(close, sma(close, 20))"),
        ("latest close crosses below latest open and volume > 5", "cross_below(close, open) and volume > 5"),
        ("close greater than open", "close > open"),
        ("close is less than or equal to open", "close <= open"),
        ("[type = stock] and [today's close > 20]", "close > 20"),
        ("[country is US] AND [close > yesterday's high] AND [sma(20, volume) > 40000]",
         "close > high[1] and sma(volume, 20) > 40000"),
        # TDX and hikyuu
        ("CROSS(MA(C,5), MA(C,10))", "cross_above(ma(close, 5, \"sma\"), ma(close, 10, \"sma\"))"),
        ("REF(C,1) < C", "close[1] < close"),
        ("SMA(C,12,1) > C", "rma(close, 12) > close"),
        ("SMA(C,12,2) > C", "ema(close, 11) > close"),
        ("BARSLAST(C > O) < 5", "barssince(close > open) < 5"),
        ("EXIST(C > O, 5)", "exists(close > open, 5)"),
        ("MA5: MA(C,5);\nC > MA5", "ma5 := ma(close, 5, \"sma\")\nclose > ma5"),
        ("UPNDAY(C, 3)", "every(close > close[1], 3)"),
        ("NDAY(C, O, 3)", "every(close > open, 3)"),
        ("BETWEEN(C, 5, 10)", "5 <= close <= 10"),
        ("LONGCROSS(C, O, 5)", "cross_above(close, open) and every(close < open, 5)[1]"),
    ],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_following_the_answers_leads_to_the_same_in_our_language(foreign, ours):
    assert check(mended(foreign)).canonical == ours


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("trend = close > 1", "trend =", "':=' does. Write trend :=."),
        ("STOC14.3 < 20", "STOC14.3", "stoch(14, 3, 3).k"),
        ("1 week ago close > 5", "1 week ago close", 'tf("W", close[1])'),
        ("ta.supertrend(3, 10) > close", "ta.supertrend", "supertrend(10, 3)"),
        ("ta.vwap(close) > 5", "ta.vwap", "vwap() is that of the typical price"),
        ("ta.zigzag(5) > 5", "ta.zigzag", "list of functions"),
        ("close > input.int(14)", "input.int(14)", "write :name"),
        ("plot(close)", "plot(close)", "leave plot out"),
        ("SMA(C, 12, 5) > C", "5", "at most 2 arguments"),
    ],
    ids=repr,
)
def test_what_has_no_exact_counterpart_is_answered_in_words(text, words, sentence):
    (problem,) = check(text).problems
    assert text[problem.start : problem.end] == words
    assert sentence in problem.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("c1 := close[1]; c1 > avgc20", ["avgc20"]),
        ("avgc20 := sma(20); close > avgc20 and latst > 5", ["latst"]),
        ("x := 5; y := 6; x = y and z > 5", ["z"]),
    ],
    ids=repr,
)
def test_names_of_the_users_own_are_not_taken_for_foreign_ones(text, words):
    assert [text[problem.start : problem.end] for problem in check(text).problems] == words


def test_a_right_formula_is_never_called_foreign():
    for text in ("sma := 5", "cross(c, ma(c, 20))", "max(h, 20) > 5", "x := c; x[1] > 5 and x == 3"):
        assert not any(
            "Pine" in problem.message or "TC2000" in problem.message for problem in check(text).problems
        )


@pytest.mark.parametrize(
    "text",
    [
        "a(" * 4_000,
        "[" * 60 + "close" + "]" * 60,
        "x crossed above " * 500,
        "a ? b : " * 900,
        "latest " * 1_400,
        "ta.sma(" * 60 + "close" + ", 5)" * 60,
        "1 day ago " * 900,
        "c1 > " * 1_500,
        "f(" * 60 + "?" * 500,
    ],
    ids=lambda text: text[:12],
)
def test_long_foreign_texts_are_answered_at_once(text):
    began = time.perf_counter()
    assert check(text).problems
    assert time.perf_counter() - began < LIVENESS_SECONDS
