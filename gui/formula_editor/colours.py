"""The colours of the formula text: one set for light grounds, one for dark; a theme may pass others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditorColours:
    """Colours as ``#rrggbb``; each has at least 4.5:1 contrast on the text box's ground."""

    keyword: str
    function: str
    number: str
    comment: str
    text: str
    error: str
    warning: str
    field: str
    quoted: str
    name: str
    muted: str


LIGHT = EditorColours(
    keyword="#7a2fb8",
    function="#0a5fa8",
    number="#a8480e",
    comment="#66707c",
    text="#1b222b",
    error="#b3261e",
    warning="#8a5a00",
    field="#1c7038",
    quoted="#a1343f",
    name="#0f6f78",
    muted="#5b6570",
)

DARK = EditorColours(
    keyword="#c99bf5",
    function="#7fb8f0",
    number="#f2a267",
    comment="#8b95a3",
    text="#dfe4ec",
    error="#ff8f86",
    warning="#f0bf5a",
    field="#a9d67c",
    quoted="#e59aa8",
    name="#6fd0d8",
    muted="#98a2b0",
)
