"""A plug-in's declaration: a TOML block in comments at the top of its file, read without running any of its code.

The block has the form that Python's packaging tools know as inline script metadata (PEP 723)::

    # /// candlewick-detector
    # api = 1
    # name = "three_up"
    # summary = "Three rises in a row"
    # history = 4
    # [events]
    # THREE_UP = "The third close in a row above the one before"
    # [parameters.percent]
    # default = 0.0
    # least = 0.0
    # greatest = 20.0
    # help = "How much each rise must be, in percent"
    # ///

``history`` (how many bars there must be) and ``memory`` (how many bars before an event matter) may be left out. A
parameter whose three numbers are whole takes whole numbers only. Not here: the code below the block (``plugin``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.detectors.base import Declaration, Parameter
from engine.errors import DetectorError, UnknownNameError

API = 1
BLOCK = "candlewick-detector"

_BEGIN = f"# /// {BLOCK}"
_END = "# ///"
_KEYS = ("api", "name", "summary", "history", "memory", "events", "parameters")
_PARAMETER_KEYS = ("default", "least", "greatest", "help")
_PARAMETER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_HISTORY = 100_000


@dataclass(frozen=True, slots=True)
class Header:
    """What a plug-in's file says about itself."""

    declaration: Declaration
    history: int
    memory: int | None


def has_header(text: str) -> bool:
    """Tell whether a file declares a detector."""
    return any(line.rstrip() == _BEGIN for line in text.splitlines())


def read_header(text: str, file: str) -> Header:
    """Return the declaration in a file's text; raises DetectorError that names the file."""
    table = _toml(_block(text, file), file)
    _only_known(table, _KEYS, "key of the header", file)
    if table.get("api") != API:
        sentence = f"it is written for version {table.get('api')!r:.20}, and this program knows version {API}"
        raise _refusal(file, f"{sentence}: write 'api = {API}' if it keeps to that")
    name, summary = (_text(table, key, file) for key in ("name", "summary"))
    parameters = tuple(
        _parameter(each, about, file) for each, about in _table(table, "parameters", file).items()
    )
    try:
        declaration = Declaration(name, summary, _events(table, file), parameters)
    except DetectorError as error:
        raise _refusal(file, error.sentence.rstrip(".")) from None
    history = _bars(table, "history", 1, file)
    return Header(declaration, history or 1, _bars(table, "memory", 0, file))


def _block(text: str, file: str) -> str:
    lines: list[str] | None = None
    for line in text.splitlines():
        stripped = line.rstrip()
        if lines is None:
            lines = [] if stripped == _BEGIN else None
        elif stripped == _END:
            return "\n".join(lines)
        elif stripped == "#" or stripped.startswith("# "):
            lines.append(stripped[2:])
        else:
            break
    missing = (
        f"a line '{_BEGIN}'" if lines is None else f"the line '{_END}' after its header, all in comments"
    )
    raise _refusal(file, f"it lacks {missing}")


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise _refusal(file, f"its header is not TOML: {str(error) or type(error).__name__}") from None


def _only_known(table: Mapping[str, Any], known: tuple[str, ...], kind: str, file: str) -> None:
    for key in table:
        if key not in known:
            raise _refusal(file, str(UnknownNameError(kind, key, known)).rstrip("."))


def _text(table: Mapping[str, Any], key: str, file: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _refusal(file, f"its header needs a text '{key} = \"…\"'")
    return " ".join(value.split())


def _table(table: Mapping[str, Any], key: str, file: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise _refusal(file, f"'{key}' in its header must be a table, such as [{key}]")
    return value


def _events(table: Mapping[str, Any], file: str) -> dict[str, str]:
    events = _table(table, "events", file)
    if any(not isinstance(meaning, str) for meaning in events.values()):
        raise _refusal(file, 'each event in its header needs a sentence, such as NEW_LOW = "A new low"')
    return {event: " ".join(meaning.split()) for event, meaning in events.items()}


def _parameter(name: str, about: Any, file: str) -> Parameter:
    if _PARAMETER_NAME.fullmatch(name) is None or not isinstance(about, dict):
        raise _refusal(file, f"'{name}' is no parameter: write [parameters.{name.lower()}] and its keys")
    _only_known(about, _PARAMETER_KEYS, f"key of the parameter {name}", file)
    numbers = [about.get(key) for key in ("default", "least", "greatest")]
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        raise _refusal(file, f"its parameter {name} needs the numbers default, least and greatest")
    whole = all(isinstance(number, int) for number in numbers)
    default, least, greatest = (float(number or 0) for number in numbers)
    parameter = Parameter(name, default, least, greatest, _text(about, "help", file), is_whole=whole)
    if not least <= default <= greatest:
        raise _refusal(file, f"the default of its parameter {name} must lie from least to greatest")
    return parameter


def _bars(table: Mapping[str, Any], key: str, least: int, file: str) -> int | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LONGEST_HISTORY:
        raise _refusal(file, f"its {key} must be a whole number of bars from {least} to {_LONGEST_HISTORY:,}")
    return value


def _refusal(file: str, reason: str) -> DetectorError:
    return DetectorError(file, f"The detector file {file} cannot be used: {reason}.")
