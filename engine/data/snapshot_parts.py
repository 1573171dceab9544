"""Blocks on their way into a snapshot, written by the workers that have read them.

To send a block to the program, which would write it, takes four more copies of it, three of them in the one process
that everybody waits for. So a run that keeps a snapshot names its own unfinished shard ``new-<token>.part``, which it
holds locked, and each worker that has a block to keep writes it into a *part* of its own beside it:

    new-<token>-<its own token>.part

A part belongs to its run: it is nobody's to remove while that holds its shard, and anybody's afterwards. A worker that
dies while it writes has told nobody of that block, and begins no other. Not here: what becomes of parts
(``snapshot_publish``). On Windows, where an open file keeps its name, there are none: blocks are sent.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from engine.data.snapshot_block import PREAMBLE, Place, block_pieces
from engine.market.bars import Bars

_KEEPER = "new-{token}.part"
PARTS_ARE_POSSIBLE = os.name != "nt"


class Written(NamedTuple):
    """Where a worker has written a block: the name of its part, and the place in it."""

    part: str
    place: Place


class NoRoomError(Exception):
    """The run may not keep as much as this."""


class PartWriter:
    """A worker's part of a run's new shard; at most ``room`` bytes."""

    def __init__(self, folder: Path, token: str, room: int) -> None:
        self._path = folder / f"new-{token}-{secrets.token_hex(6)}.part"
        self._descriptor = -1
        self._size = 0
        self._room = room

    def add(self, bars: Bars) -> Written:
        """Append the bars as a block. Raises NoRoomError, or OSError when the disk does not take it."""
        pieces, begin, stride, checksum = block_pieces(bars)
        size = sum(map(len, pieces))
        if size > self._room:
            raise NoRoomError
        if self._descriptor < 0:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            self._write([PREAMBLE], len(PREAMBLE))
        place = Place(0, self._size + begin, stride, len(bars), checksum)
        self._write(pieces, size)
        self._room -= size
        return Written(self._path.name, place)

    def __del__(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def _write(self, pieces: list[bytes | memoryview], size: int) -> None:
        written = os.writev(self._descriptor, pieces)
        if written < size:  # the disk is getting full, as the next attempt will say
            rest = memoryview(b"".join(pieces))[written:]
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self._size += size


def keeper_of(part: Path) -> Path:
    """Return the unfinished shard to which a part belongs; of any other file, the file."""
    words = part.stem.split("-")
    is_part = part.suffix == ".part" and len(words) == 3 and words[0] == "new"
    return part.with_name(_KEEPER.format(token=words[1])) if is_part else part


def parts_of(folder: Path, token: str) -> Iterator[Path]:
    """Yield the parts that the workers of a run have begun and nobody has renamed."""
    return folder.glob(f"new-{token}-*.part")
