"""The checks on what users hand to parallel jobs: every fault in one JobError, a sentence each.

Here: the models (pydantic, at this edge only). Not here: whether workers could import a function (``dispatch``).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
)

from engine.errors import JobError
from engine.execution.atoms import Atoms

OnError: TypeAlias = Literal["raise", "skip", "collect"]


def _whole(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError("a truth is no number")
    try:
        return operator.index(value)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _named_atoms(value: Any) -> tuple[str, Any]:
    match value:
        case (str() as name, source) if name.isidentifier() and Atoms.can_be(source):
            return name, source
    raise ValueError("no name with atoms")


def _job(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not callable(value.get("func")):
        raise ValueError("no job")
    return value


Count: TypeAlias = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Text: TypeAlias = Annotated[str, Field(strict=True)]


class _Checked(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")


class JobsArguments(_Checked):
    """What ``process_jobs`` and ``process_jobs_redux`` take."""

    jobs: Sequence[Annotated[Any, AfterValidator(_job)]] = Field(
        description="a list of dictionaries, each with a function under 'func'"
    )
    task: Text = Field(default="", description="a text")
    num_threads: Count = Field(default=1, description="a whole number, 1 or more")
    on_error: OnError = Field(default="raise", description="'raise', 'skip' or 'collect'")


class ListArguments(_Checked):
    """What ``mp_job_list`` takes."""

    func: Callable[..., Any] = Field(description="a function")
    arg_list: Sequence[Mapping[str, Any]] = Field(description="a list of dictionaries of arguments")
    num_threads: Count = Field(description="a whole number, 1 or more")
    linmols: StrictBool = Field(description="True or False")
    redux: StrictBool = Field(description="True or False")
    task: Text = Field(description="a text")
    upper_triangle: StrictBool = Field(description="True or False")


class PandasArguments(_Checked):
    """What ``mp_pandas_obj`` takes."""

    func: Callable[..., Any] = Field(description="a function")
    pd_obj: Annotated[Any, AfterValidator(_named_atoms)] = Field(
        description="a pair: an argument's name, and a Series, a DataFrame, an index or another sequence"
    )
    num_threads: Count = Field(description="a whole number, 1 or more")
    mp_batches: Count = Field(description="a whole number, 1 or more")
    lin_mols: StrictBool = Field(description="True or False")
    upper_triangle: StrictBool = Field(description="True or False")


def check(model: type[BaseModel], **values: Any) -> None:
    """Raise JobError, with a sentence for each, when any of the values is not what the model asks for."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        first = {str(fault["loc"][0]): fault["loc"] for fault in reversed(error.errors())}
        told = [(name, _sentence(model, name, values[name], place)) for name, place in first.items()]
        raise JobError(tuple(reversed(told))) from None


def refuse_both(name_of_first: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    """Raise JobError when an argument is given twice, for one molecule and for all of them."""
    if twice := sorted(first.keys() & second.keys()):
        sentence = f"The argument '{twice[0]}' is given twice: in {name_of_first} and by name. Leave one out."
        raise JobError(((twice[0], sentence),))


def _sentence(model: type[BaseModel], name: str, value: Any, place: tuple[int | str, ...]) -> str:
    wanted = model.model_fields[name].description
    if len(place) > 1 and isinstance(place[1], int):
        return f"{name} must be {wanted}: number {place[1] + 1} is not."
    shown = repr(value)
    return f"{name} must be {wanted}, not {shown if len(shown) <= 60 else type(value).__name__}."
