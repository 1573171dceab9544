"""Reports on stdout: a label and a text a line, the labels in one column."""

from __future__ import annotations

from collections.abc import Sequence


def print_rows(rows: Sequence[tuple[str, str]], *, repeat: bool = False) -> None:
    """Print the pairs; a label that repeats is shown once, or with ``repeat`` each time."""
    width = max((len(label) for label, _ in rows), default=0)
    before = ""
    for label, text in rows:
        print(f"{'' if label == before and not repeat else label:<{width}}  {text}")
        before = label
