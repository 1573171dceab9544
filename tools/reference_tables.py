"""The reference's pages on settings, commands and published results, made from the schema, the flags and the table."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from engine.cli.main import build_parser
from engine.indicators.published_results import COMPARISONS
from engine.indicators.reference_vectors import DIFFERENCES, LAST_BAR, Comparison
from engine.settings import ENVIRONMENT_PREFIX, Settings

_TITLES = {"adxr distance": "ADXR's distance"}
_KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true`, `false`",
    "null": "`null`",
    "string": "a text",
    "object": "names with values",
}


def settings_page() -> str:
    """Return the page on settings, from the schema."""
    schema = Settings.model_json_schema()
    introduction = (
        "Each setting can be given in `config.yaml`, in the user's own file, in the environment and on the command "
        "line; the later one wins. In the environment its name is written in capitals behind "
        f"`{ENVIRONMENT_PREFIX}`, such as `{ENVIRONMENT_PREFIX}WORKERS=4`."
    )
    parts = ["# Settings", introduction]
    for name, entry in schema["properties"].items():
        default = entry.get("default")
        shown = "null" if default is None else str(default).replace("True", "true").replace("False", "false")
        allowed = _allowed(entry, schema.get("$defs", {}))
        facts = f"Default: `{shown}`." + (f" Allowed: {allowed}." if allowed else "")
        parts += [f"## {name}", f"**{entry['title']}.** {entry.get('description', '')}", facts]
    return "\n\n".join(parts) + "\n"


def _allowed(entry: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in entry:
        entry = definitions[entry["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in entry:
        return " or ".join(filter(None, (_allowed(each, definitions) for each in entry["anyOf"])))
    if "const" in entry:
        return f"`{entry['const']}`"
    if "enum" in entry:
        return ", ".join(f"`{each}`" for each in entry["enum"])
    kind = _KINDS.get(entry.get("type", ""), "")
    if entry.get("type") == "array":
        items = _allowed(entry.get("items", {}), definitions)
        least, most = entry.get("minItems"), entry.get("maxItems")
        count = f"{least} to {most} values" if least is not None and most is not None else "values"
        return f"a list of {count}, each {items}" if items else f"a list of {count}"
    least, greatest = entry.get("minimum"), entry.get("maximum")
    if least is not None and greatest is not None:
        return f"{kind} from {least:,} to {greatest:,}"
    return kind if least is None else f"{kind} from {least:,}"


def commands_page() -> str:
    """Return the page on the command line, from the parser."""
    parser = build_parser()
    exit_codes = (
        "Messages go to stderr, data to stdout. The exit code is 0 when it is done, 1 when it failed, was cancelled or "
        "is partial, and 2 when something that was given is wrong."
    )
    parts = ["# Commands", str(parser.description), exit_codes]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name in sorted(action.choices):
                parts += _command(f"{parser.prog} {name}", action.choices[name])
    return "\n\n".join(parts) + "\n"


def _command(name: str, parser: argparse.ArgumentParser, level: int = 2) -> list[str]:
    parts = [f"{'#' * level} {name}", str(parser.description)]
    verbs = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    flags = [
        action for action in parser._actions if action not in verbs and "--help" not in action.option_strings
    ]
    if flags:
        parts.append("| flag | |\n| --- | --- |\n" + "\n".join(map(_flag, flags)))
    if parser.epilog:
        parts.append(parser.epilog)
    for action in verbs:
        for verb, inner in action.choices.items():
            parts += _command(f"{name} {verb}", inner, level + 1)
    return parts


def _flag(action: argparse.Action) -> str:
    value = ""
    if action.nargs != 0:
        value = action.metavar or (
            "|".join(map(str, action.choices)) if action.choices else action.dest.upper()
        )
    written = " or ".join(f"{flag} {value}".strip() for flag in action.option_strings) or str(value)
    help_text = (action.help or "") % {**vars(action), "prog": "candlewick"} if action.help else ""
    needed = " Required." if action.required and action.option_strings else ""
    # A bar would end the table's cell.
    cells = [f"`{written}`", f"{help_text.rstrip('.')}.{needed}"]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def differences_page() -> str:
    """Return the page on other libraries' published results."""
    functions = sorted({row.function for row in COMPARISONS})
    explained = {row.function for row in COMPARISONS if row.because is not None}
    equal = [name for name in functions if name not in explained]
    introduction = (
        f"{len(functions)} functions are compared with {len(COMPARISONS)} series that others have published: "
        "Stock.Indicators (502 daily bars), ta (StockCharts' worked examples) and Tulip (short vectors of three "
        "decimals). A test reads the published files and holds every row to what this page says."
    )
    parts = ["# Published values of other libraries", introduction, "## Equal from the first value on"]
    parts += [", ".join(_link(name) for name in equal) + ".", "## Different, and why"]
    for key, difference in DIFFERENCES.items():
        rows = [row for row in COMPARISONS if row.because == key]
        table = "| function | compared with | ours | agreement |\n| --- | --- | --- | --- |\n" + "\n".join(
            map(_row, rows)
        )
        parts += [
            f"### {_TITLES.get(key, key[0].upper() + key[1:])}",
            f"{difference.what} {difference.why}",
            table,
        ]
    return "\n\n".join(parts) + "\n"


def _link(name: str) -> str:
    return f"[{name}](functions/{name}.md)"


def _row(row: Comparison) -> str:
    theirs = f"{row.source}, {row.result}" + (f", {row.output}" if not row.output.isdigit() else "")
    return f"| {_link(row.function)} | {theirs} | `{row.formula}` | {_agreement(row)} |"


def _agreement(row: Comparison) -> str:
    if row.differs_by is not None:
        return f"none: differs by {row.differs_by:.1%} of the largest value or more"
    to = f"to {row.tolerance:.0e} of the largest value".replace("e-0", "e-")
    if row.early:
        return f"{to}, theirs moved {row.early} bars later"
    if row.changes:
        return f"{to}, changes from bar to bar"
    if row.from_bar == LAST_BAR:
        return f"{to}, on the last bar"
    return f"{to}, from bar {row.from_bar} on" if row.from_bar else to
