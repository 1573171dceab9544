"""Writes docs/reference anew from the functions, the settings' schema and the commands: ``make reference``.

With ``--check`` nothing is written; the exit code is 1 when a page is not what would be written.
"""

from __future__ import annotations

import sys
from pathlib import Path

from reference_detectors import detectors_page
from reference_functions import function_pages
from reference_tables import commands_page, differences_page, settings_page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"

CONTENTS = """# Reference

These pages are made from the program itself by `make reference`; a test fails while they are not up to date.

- [Functions](functions/README.md): a page for each function of the formula language, and the fields of a bar
- [Detectors](detectors.md): what each looks for, its events and parameters
- [Published values](differences.md): how our indicators compare with other libraries', and why some differ
- [Settings](settings.md): what can be set, its limits and defaults
- [Commands](commands.md): the command line
"""


def pages() -> dict[str, str]:
    """Return the text of every page by its path under docs/reference."""
    return {
        "README.md": CONTENTS,
        "commands.md": commands_page(),
        "detectors.md": detectors_page(),
        "differences.md": differences_page(),
        "settings.md": settings_page(),
        **function_pages(),
    }


def stale(wanted: dict[str, str]) -> list[str]:
    """Return the paths whose file is missing, different or not wanted any more."""
    there = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.md")}
    differing = [
        name
        for name, text in wanted.items()
        if name not in there or there[name].read_text(encoding="utf-8") != text
    ]
    return sorted([*differing, *(name for name in there if name not in wanted)])


def main(arguments: list[str]) -> int:
    wanted = pages()
    changed = stale(wanted)
    if "--check" in arguments:
        for name in changed:
            print(f"docs/reference/{name} is not up to date: run make reference.")
        return 1 if changed else 0
    for name in changed:
        path = FOLDER / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()
    print(f"{len(wanted)} pages, {len(changed)} of them new or changed.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
