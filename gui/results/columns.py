"""What a column of the results is: its name, its kind and the title it is shown under.

Not here: the values (``column_data``) and how a value is written (``formats``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import pyarrow as pa

_SHARE = re.compile(r"fwd_\d+")
FIXED_COLUMNS = ("symbol", "timestamp", "close")


class Kind(Enum):
    """What the values of a column are; it decides order, filter and alignment."""

    TEXT = "text"
    TIME = "time"
    NUMBER = "number"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column; ``name`` is the arrow field's name, ``title`` what the header says."""

    name: str
    kind: Kind
    title: str

    @property
    def is_share(self) -> bool:
        """Whether its numbers are shares that are written, and filtered, in percent: forward returns are."""
        return self.kind is Kind.NUMBER and _SHARE.fullmatch(self.name) is not None


# The model's own last column: small pictures of the closes, which the store knows nothing of.
SPARKLINE = ResultColumn("@sparkline", Kind.TEXT, "60 bars")

_FIXED_KINDS = {"symbol": Kind.TEXT, "timestamp": Kind.TIME, "close": Kind.NUMBER}


def planned_columns(names: Sequence[str], titles: Mapping[str, str]) -> tuple[ResultColumn, ...]:
    """Return the columns that a scan has announced, before any value has told its kind.

    Symbol, timestamp and close stand first whether they were named or not; the others count as numbers until
    the first batch says otherwise.
    """
    every = (*FIXED_COLUMNS, *(name for name in names if name not in FIXED_COLUMNS))
    return tuple(
        ResultColumn(name, _FIXED_KINDS.get(name, Kind.NUMBER), titles.get(name, name)) for name in every
    )


def columns_of(schema: pa.Schema, planned: Sequence[ResultColumn]) -> tuple[ResultColumn, ...]:
    """Return the planned columns with the kinds of ``schema``, then the schema's columns nobody planned."""
    kinds = {field.name: kind_of(field.type) for field in schema}
    known = {column.name for column in planned}
    told = tuple(replace(column, kind=kinds.get(column.name, column.kind)) for column in planned)
    return told + tuple(ResultColumn(name, kind, name) for name, kind in kinds.items() if name not in known)


def kind_of(arrow_type: pa.DataType) -> Kind:
    """Return the kind of an arrow type; what is neither time, truth nor number is text."""
    if pa.types.is_boolean(arrow_type):
        return Kind.TRUTH
    if pa.types.is_timestamp(arrow_type) or pa.types.is_date(arrow_type):
        return Kind.TIME
    if pa.types.is_floating(arrow_type) or pa.types.is_integer(arrow_type):
        return Kind.NUMBER
    return Kind.TEXT
