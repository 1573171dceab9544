"""Symbols as a user names them on the command line or in a form: ``A,B`` or ``@file``.

Here: reading the file. What its lines mean is in ``engine.market.universe``.
"""

from __future__ import annotations

from pathlib import Path

from engine.errors import DataError
from engine.market.universe import parse_symbol_lines, parse_symbols

# A list of all symbols of the world is smaller.
_LARGEST_BYTES = 16_000_000


def read_symbols(argument: str) -> tuple[str, ...]:
    """Return the symbols of ``A,B``, or those listed in FILE for ``@FILE``; raises DataError."""
    if argument.startswith("@"):
        return read_symbol_list(Path(argument[1:]).expanduser())
    return parse_symbols(argument)


def read_symbol_list(path: Path) -> tuple[str, ...]:
    """Return the symbols that a text file lists, each once, in order; raises DataError."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise DataError(
                str(path), f"The symbol list {path} is too long to be one: name a text file of symbols."
            )
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(str(path), f"There is no symbol list at {path}: check the path.") from None
    except UnicodeDecodeError:
        sentence = f"The symbol list {path} is not UTF-8 text: save it as plain text, one symbol per line."
        raise DataError(str(path), sentence) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(str(path), f"The symbol list {path} cannot be read: {reason}.") from error
    symbols = parse_symbol_lines(text)
    if not symbols:
        raise DataError(str(path), f"The symbol list {path} is empty: write one symbol per line.")
    return symbols
