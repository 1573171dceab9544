"""One way to collect named things: functions, data sources, exporters, commands.

Here: ``Registry`` (add, get with did-you-mean, iterate in order of name) and ``discover`` (import every module
of a package, so that each new file registers itself). Not here: any particular registry; each lives beside the
things it holds and is filled while its package is imported, never later.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, TypeVar

from engine.errors import UnknownNameError

T = TypeVar("T")


class Registry(Generic[T]):
    """Things of one kind by name."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._things: dict[str, T] = {}

    def add(self, name: str, thing: T) -> T:
        """Register ``thing``; a name that is taken is a programming error."""
        if name in self._things:
            message = f"the {self.kind} '{name}' is registered twice"
            raise ValueError(message)
        self._things[name] = thing
        return thing

    def get(self, name: str) -> T:
        """Return the thing of that name, or raise UnknownNameError with the closest known one."""
        try:
            return self._things[name]
        except KeyError:
            raise UnknownNameError(self.kind, name, self.names()) from None

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._things))

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[T]:
        return (self._things[name] for name in self.names())

    def __len__(self) -> int:
        return len(self._things)


def discover(package: str) -> None:
    """Import every module of ``package``, so that each can register what it holds."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__):
        importlib.import_module(f"{package}.{module.name}")
