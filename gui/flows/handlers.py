"""What a flow offers for the window's actions: by an action's id, what to call when it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Handler: TypeAlias = Callable[[], object]
Handlers: TypeAlias = dict[str, Handler]
