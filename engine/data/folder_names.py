"""Symbols as names of folders: reversible, safe on every file system, no collisions even ignoring case.

Here: encode, decode and what a symbol may be at all. Written like ``symbol=BRK-B`` or ``symbol=%5ESPX``:
capital letters, digits, ``_``, ``-`` and inner dots stand for themselves, every other byte of the UTF-8 text
is percent-encoded, and so is the first letter of a name that Windows keeps for a device.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote_to_bytes

from engine.errors import DataError

PREFIX = "symbol="
LONGEST_SYMBOL = 64
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{number}" for port in ("COM", "LPT") for number in range(10)}
)


def why_no_symbol(text: str) -> str | None:
    """Return why ``text`` cannot be a symbol, or None when it can."""
    if not text.strip():
        return "it is empty"
    if len(text) > LONGEST_SYMBOL:
        return f"it is longer than {LONGEST_SYMBOL} characters"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        return "it holds control characters"
    return None


def encode_symbol(symbol: str) -> str:
    """Return the symbol as a file name's stem; raises DataError for a text that is no symbol."""
    text = unicodedata.normalize("NFC", symbol)
    reason = why_no_symbol(text)
    if reason is not None:
        raise DataError(symbol, f"'{symbol}' cannot be a symbol: {reason}.")
    last = len(text) - 1
    letters = [
        letter if letter in _PLAIN or (letter == "." and 0 < place < last) else _percent(letter)
        for place, letter in enumerate(text)
    ]
    if text.split(".", 1)[0] in _DEVICES:
        letters[0] = _percent(text[0])
    return "".join(letters)


def decode_symbol(name: str) -> str:
    """Return the symbol that a name stands for; one that is not well encoded stands for itself."""
    if "%" not in name:
        return name
    try:
        return unquote_to_bytes(name).decode("utf-8")
    except UnicodeDecodeError:
        return name


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8"))
