"""The reference's pages on functions, made from what the checker itself knows and from the notes."""

from __future__ import annotations

from collections.abc import Iterable

from engine.formula.compiler import compile_scan
from engine.formula.completion import LanguageName, function_names
from engine.formula.fields import FIELDS
from engine.formula.functions import index
from engine.formula.functions.definition import Argument, Function
from engine.formula.notes import Note, notes
from engine.formula.printer import print_number
from engine.indicators.catalogue import AVERAGES, indicator, talib_names
from engine.indicators.published_results import COMPARISONS

KINDS = {
    "series": "a series, such as close",
    "number": "a number or a series",
    "truth": "a condition",
    "either": "a number or a condition",
    "period": "a whole number",
    "real": "a number",
    "average": "the name of a kind of average, in quotes",
}
STYLES = {"band_upper": "upper band", "band_lower": "lower band", "dashed": "dashed line"}
NEEDED = {"n": 20.0, "q": 0.5}
CANDLES = "Pattern Recognition"
PATH = (
    "It depends on all bars since the data begin, so another start gives other values: the checker warns when it is "
    "compared with a fixed number."
)


def function_pages() -> dict[str, str]:
    """Return the page of each function, and the index of all, by path under docs/reference."""
    pages = {f"functions/{entry.name}.md": _page(entry) for entry in function_names()}
    pages["functions/README.md"] = _index()
    return pages


def _page(entry: LanguageName) -> str:
    function = index.find(entry.name)
    note = notes().get(entry.name)
    parts = [f"# {entry.name}", _definition(entry, function, note), f"```\n{entry.signature}\n```"]
    if entry.aliases:
        names = ", ".join(f"`{alias}`" for alias in entry.aliases)
        parts.append(f"Also written {names}.")
    if note is not None and note.equals is not None:
        parts.append(f"`{note.equals[0]}` is the same as `{note.equals[1]}`.")
    if function is not None:
        parts += [*_parameters(function), *_outputs(function), "## History", _history(function)]
    pitfalls = list(note.pitfalls) if note is not None else []
    if function is not None and function.family == CANDLES:
        pitfalls += [
            "It is a number, not a condition: write > 0 for rising, < 0 for falling, != 0 for either.",
            "Long, short and near are measured against the average of the bars before.",
        ]
    if pitfalls:
        parts += ["## Pitfalls", "\n".join(f"- {pitfall}" for pitfall in pitfalls)]
    example = example_of(entry.name)
    parts += ["## Example", f"```\n{example}\n```"]
    canonical = compile_scan(example).canonical
    if canonical != example:
        parts.append(f"In full: `{canonical}`")
    parts += _published(entry.name)
    parts.append(f"[All functions](README.md) · {entry.family}")
    return "\n\n".join(parts) + "\n"


def _definition(entry: LanguageName, function: Function | None, note: Note | None) -> str:
    if note is not None:
        return note.definition
    summary = entry.summary.rstrip(".")
    if function is not None and function.family == CANDLES:
        return (
            f"TA-Lib's recognition of the candlestick pattern “{summary}”: 100 on the bar that completes a rising one, "
            "-100 on one that completes a falling one, 0 otherwise. Some patterns are only ever one of the two."
        )
    if function is not None and function.family == "Math Transform":
        plain = summary.removeprefix("Vector ").removeprefix("Arithmetic ").removeprefix("Trigonometric ")
        return f"{plain} of each value, bar by bar. What has no value, such as the root of a negative, is unknown."
    if function is not None and function.implied:
        return f"TA-Lib's {summary}, of the bars' {_listed(function.implied)}."
    return f"TA-Lib's {summary}." if function is not None and _is_talib(entry.name) else f"{summary}."


def _is_talib(name: str) -> bool:
    return name.upper() in talib_names()


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _parameters(function: Function) -> list[str]:
    if not function.arguments:
        return ["It takes nothing: " + f"{function.name}() reads the bars' {_listed(function.implied)}."]
    help_of = _talib_help(function.name)
    rows = ["## Parameters", "| name | what | default | limits |\n| --- | --- | --- | --- |"]
    for argument in function.arguments:
        what = KINDS[argument.kind]
        if help_of.get(argument.name):
            what = f"{help_of[argument.name].rstrip('.')}; {what}"
        if argument is function.arguments[0] and function.close_may_be_left_out:
            what += "; the close when left out"
        rows[-1] += f"\n| `{argument.name}` | {what} | {_default(argument)} | {_limits(argument)} |"
    if function.repeats_last:
        rows[-1] += "\n| `…` | as many more as you like | | |"
    if function.implied:
        rows.append(f"It reads the bars' {_listed(function.implied)} by itself.")
    return rows


def _talib_help(name: str) -> dict[str, str]:
    talib = {"hhv": "MAX", "llv": "MIN", "slope": "LINEARREG_SLOPE", "ta_vwap": "VWAP"}.get(
        name, name.upper()
    )
    if talib not in talib_names() or (name in {"max", "min"}):
        return {}
    return {parameter.name: parameter.summary for parameter in indicator(talib).parameters}


def _default(argument: Argument) -> str:
    return "" if argument.default is None else f"`{argument.shown.partition('=')[2]}`"


def _limits(argument: Argument) -> str:
    if not argument.is_constant:
        return ""
    if argument.kind == "average":
        return ", ".join(AVERAGES)
    least, greatest = argument.limits()
    if greatest >= 1e8:
        return "any" if least <= -1e8 else f"from {print_number(least)}"
    return (
        f"{print_number(least)} to {greatest:,.0f}"
        if greatest == int(greatest)
        else f"{least:g} to {greatest:g}"
    )


def _outputs(function: Function) -> list[str]:
    if not function.outputs:
        return []
    table = "| output | drawn as |\n| --- | --- |"
    for output in function.outputs:
        also = f", also `.{output.aliases[0]}`" if output.aliases[0] != output.name else ""
        table += f"\n| `.{output.name}`{also} | {STYLES.get(output.style, output.style)} |"
    call = f"{function.name}(…).{function.outputs[-1].name}"
    first = f"Read one by its name, as in `{call}`. Without a name the first is meant."
    return ["## Outputs", table, first]


def constants_of(function: Function) -> tuple[float, ...]:
    """Return the function's default constants, and a usual value where there is none."""
    return tuple(
        float(NEEDED[argument.name] if argument.default is None else argument.default)
        for argument in function.constant_arguments
    )


def _history(function: Function) -> str:
    constants = constants_of(function)
    given = ", ".join(
        f"{argument.name} = {print_number(value)}"
        for argument, value in zip(function.constant_arguments, constants, strict=True)
        if argument.kind == "period"
    )
    bars = function.lookback(constants) + 1
    known = f"Known from bar {bars:,} on" + (f" ({given})." if given else ".")
    if not function.is_windowed:
        known = "It looks at one bar at a time and is known where its arguments are."
    if function.path_dependent:
        return f"{known} {PATH}"
    settled = function.settling(constants)
    if settled is not None and settled + 1 > bars:
        return f"{known} Where the data begin shows in it for about {settled:,} bars, then no longer."
    return known


def example_of(name: str) -> str:
    """Return a formula that uses the function: the note's, or one of the plainest kind."""
    note = notes().get(name)
    function = index.find(name)
    if note is not None or function is None:
        return note.example if note is not None else ""
    given = ["close", "open", "high"][: len(function.series_arguments)]
    given += [print_number(value) for value in constants_of(function) if function.constant_arguments]
    kinds = [argument.kind for argument in function.constant_arguments]
    if "average" in kinds:
        given = given[: len(function.series_arguments) + kinds.index("average")]
    call = f"{name}({', '.join(given)})"
    if function.outputs:
        call += f".{function.outputs[0].name}"
    return f"{call} != 0" if function.family == CANDLES else f"{call} > {call}[1]"


def _published(name: str) -> list[str]:
    rows = [row for row in COMPARISONS if row.function == name]
    if not rows:
        return []
    sources = sorted({row.source for row in rows})
    agreeing = sorted({row.source for row in rows if row.because is None})
    if agreeing == sources:
        said = f"Its values are those published by {_listed(sources)}."
    else:
        said = f"Compared with the values published by {_listed(sources)}; [what differs, and why](../differences.md)."
    return ["## Published values", said]


def _index() -> str:
    entries = function_names()
    families = sorted({entry.family for entry in entries})
    introduction = (
        f"The language has {len(entries)} functions: TA-Lib's {len(talib_names())}, those of ours that it lacks, and "
        "those that look at other symbols and longer bars. `candlewick describe functions NAME` tells the same in a "
        "terminal."
    )
    parts = ["# Functions", introduction]
    for family in families:
        rows = [entry for entry in entries if entry.family == family]
        table = "| function | |\n| --- | --- |\n" + "\n".join(
            f"| [{entry.name}]({entry.name}.md) | {entry.summary} |" for entry in rows
        )
        parts += [f"## {family}", table]
    fields = "| field | |\n| --- | --- |\n" + "\n".join(
        f"| `{field.name}`{f', `{field.alias}`' if field.alias else ''} | {field.summary} |"
        for field in FIELDS.values()
    )
    parts += ["## Fields of a bar", fields]
    return "\n\n".join(parts) + "\n"
