"""A formula is data: no text reaches Python, the files or the machine, and none takes long to be refused."""

import time

import pytest

from engine.errors import FormulaError
from engine.formula.check import check
from engine.formula.compiler import compile_scan

# A bound on liveness with slack, not on speed: without the limits these would take minutes.
LIVENESS_SECONDS = 20.0

ESCAPES = [
    # attributes and dunders
    "close.__class__ > 5",
    "close.__class__.__bases__[0].__subclasses__() > 5",
    "rsi(14).__init__.__globals__ > 5",
    "macd(12, 26, 9).__doc__ > 5",
    "().__class__ > 5",
    "[].__class__.__mro__ > 5",
    "''.__class__ > 5",
    "'a'.join(close) > 5",
    "(5).real > 3",
    "close.__dict__['x'] > 5",
    "__builtins__ > 5",
    "__name__ == '__main__'",
    "__file__ > 5",
    "__loader__.load_module('os')",
    # calls of Python
    "__import__('os').system('true')",
    "eval('close > 5')",
    "exec('x')",
    "compile('1', 'a', 'eval') > 5",
    "open('/etc/passwd') > 5",
    "globals()['x'] > 5",
    "locals() > 5",
    "vars() > 5",
    "getattr(close, 'x') > 5",
    "setattr(close, 'x', 5) > 5",
    "type(close) > 5",
    "input('x') > 5",
    "breakpoint() or true",
    "exit() or true",
    "print(close) > 5",
    "dir() > 5",
    "os.system('true') > 5",
    "subprocess.run('true') > 5",
    "np.load('x') > 5",
    "talib.RSI(close) > 5",
    # statements and other syntax of Python
    "(lambda: 5)() > 3",
    "lambda x: x > 5",
    "f'{close}' > 5",
    "f\"{close.__class__}\" > 5",
    "b'close' > 5",
    "r'close' > 5",
    "close if open else high",
    "[c for c in close] > 5",
    "{c: 1 for c in close} > 5",
    "(c for c in close) > 5",
    "close > (yield)",
    "await close > 5",
    "close > 5 #\n; import os",
    "import os; close > 5",
    "from os import system\nclose > 5",
    "del close; open > 5",
    "assert close > 5",
    "raise close; open > 5",
    "while true: close > 5",
    "def f(): close\nclose > 5",
    "class A: close\nclose > 5",
    "(x := close) > 5",
    "close @ open > 5",
    "*close > 5",
    "close > 5 if true else exit()",
    "%run x",
    "!ls > 5",
    "`ls` > 5",
    "${close} > 5",
    "{{close}} > 5",
    "\\x41 > 5",
    "\\u0063lose > 5",
    "close\x00 > 5",
    # letters that look alike, and characters that turn the text around
    "ｃlose > 5",
    "сlose > 5",
    "clоse > 5",
    "𝒸lose > 5",
    "clo\u200bse > 5",
    "close\u202e > 5",
    "close\u2028> 5",
    "ⅽlose > 5",
    "close \uff1e 5",
    "close > ５",
    "close > ٥",
    "_＿import_＿('os') > 5",
    # paths and queries in the texts that are allowed
    "sym('../../etc/passwd', close).x > 5",
    "tf('W; drop table', close) > 5",
    "ma(close, 20, '__import__') > 5",
    "close := 5",
]  # fmt: skip


@pytest.mark.parametrize("text", ESCAPES, ids=repr)
def test_attempts_to_escape_are_refused_with_a_position(text):
    result = check(text)
    assert result.canonical is None
    assert result.problems
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in result.problems)
    assert any(problem.end > problem.start for problem in result.problems)
    with pytest.raises(FormulaError):
        compile_scan(text)


def test_more_than_sixty_attempts_are_made():
    assert len(set(ESCAPES)) > 60


HUGE = {
    "brackets": "(" * 100_000 + "close" + ")" * 100_000 + " > 5",
    "square brackets": "close" + "[1]" * 50_000 + " > 5",
    "minus signs": "-" * 100_000 + "close > 5",
    "minus signs apart": "- " * 100_000 + "close > 5",
    "nots": "not " * 100_000 + "true",
    "a sum": "close" + "+1" * 100_000 + " > 5",
    "a product": "close" + " * 2" * 100_000 + " > 5",
    "a power": "2" + " ^ 2" * 100_000 + " > 5",
    "calls": "abs(" * 100_000 + "close" + ")" * 100_000 + " > 5",
    "comparisons": "close" + " > 1" * 100_000,
    "lines": "a := close\n" * 100_000 + "a > 5",
    "digits": "close > " + "9" * 100_000,
    "one name": "a" * 100_000,
    "commas": "max(" + "1," * 100_000 + "1) > 5",
    "quotes": "'" * 100_001,
    "comments": "#" * 100_000,
    "questions": "?" * 100_000,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_huge_texts_are_refused_before_they_are_parsed(text, monkeypatch):
    from engine.formula import parser  # noqa: PLC0415  the module whose tables must not be asked for

    monkeypatch.setattr(parser, "_syntax", lambda: pytest.fail("the parser was asked"))
    began = time.perf_counter()
    (problem,) = check(text).problems
    assert time.perf_counter() - began < LIVENESS_SECONDS
    assert "Shorten it" in problem.message


# As long as a text may be: 10,000 characters.
DENSE = {
    "brackets": "(" * 4_995 + "c" + ")" * 4_995,
    "open brackets": "(" * 9_999,
    "closing brackets": ")" * 9_999,
    "mixed brackets": "([" * 4_999,
    "minus signs": "-" * 9_990 + "close",
    "a sum": "c" + "+1" * 4_990 + ">5",
    "a power": "2" + "^2" * 4_990 + ">5",
    "comparisons": "c" + ">1" * 4_990,
    "calls": "abs(" * 1_900 + "c" + ")" * 1_900,
    "offsets": "c" + "[1]" * 3_300 + ">1",
    "strange characters": "§" * 9_999,
    "lines": "a:=c\n" * 1_900 + "a>5",
    "names": "a " * 4_999,
    "not": "not " * 2_490 + "true",
    "or": "c or " * 1_990 + "c",
}


@pytest.mark.parametrize("text", DENSE.values(), ids=DENSE)
def test_the_longest_texts_that_are_read_are_refused_in_bounded_time(text):
    began = time.perf_counter()
    assert check(text).problems
    assert time.perf_counter() - began < LIVENESS_SECONDS
