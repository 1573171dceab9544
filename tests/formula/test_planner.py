"""Every distinct term is computed once, and dropped after its last user."""

from engine.formula.service import compile_scan


def operations(formula, **columns):
    return [
        (step.operation, step.constants[0] if step.constants else None)
        for step in compile_scan(formula, columns).plan.steps
    ]


def test_what_formula_lines_and_columns_have_in_common_is_computed_once():
    steps = operations(
        "a := sma(close, 20)\nclose > a and sma(20, c) > 5", x="sma(close, 20) * 2", y="SMA(20)"
    )
    assert steps.count(("call", "sma")) == 1
    assert steps.count(("field", "close")) == 1


def test_outputs_of_one_call_share_the_call():
    steps = operations("macd(12, 26, 9).macd > macd(12, 26, 9).signal")
    assert steps.count(("call", "macd")) == 1


def test_other_constants_are_another_term():
    assert operations("sma(20) > sma(50)").count(("call", "sma")) == 2


def test_an_offset_of_zero_costs_nothing():
    assert operations("close[0] > open") == operations("close > open")


def test_inputs_come_before_their_users_and_are_dropped_after_the_last():
    plan = compile_scan(
        "a := close - open\na > sma(a, 20) and a > 5 and high > low", {"range": "high - low"}
    ).plan
    dropped = set()
    for number, step in enumerate(plan.steps):
        assert all(given < number and given not in dropped for given in step.inputs)
        assert not dropped & set(step.done)
        dropped |= set(step.done)
    assert dropped == set(range(len(plan.steps))) - set(plan.results)


def test_the_plan_names_the_fields_that_it_reads():
    assert compile_scan("atr(14) > 1 and volume > 3").fields == ("close", "high", "low", "volume")


def test_doubling_names_do_not_double_the_work():
    lines = ["a0 := close"] + [f"a{i + 1} := a{i} + a{i}" for i in range(60)]
    assert len(operations("\n".join([*lines, "a60 > 5"]))) < 70


def test_ranks_are_leaves_of_the_plan_and_have_plans_of_their_own():
    compiled = compile_scan("csrank(sma(close, 5)) > 50 and csrank(csrank(sma(close, 5)) + volume) > 50")
    assert compiled.plan.ranks == (0, 1)
    assert compiled.plan.fields == ()
    (first, inner), (second, outer) = compiled.rank_passes
    assert (first, second) == ((0,), (1,))
    assert inner.fields == ("close",)
    assert (outer.fields, outer.ranks) == (("volume",), (0,))


def test_what_two_frames_have_in_common_is_computed_once_in_each():
    compiled = compile_scan(
        'tf("W", sma(close, 5) > open) and tf("W", sma(close, 5) < high) and sma(close, 5) > 1'
    )
    calls = [step for step in compiled.plan.steps if step.operation == "call"]
    assert sorted(step.frame for step in calls) == [0, 1]
    assert compiled.timeframes == ("W",)
