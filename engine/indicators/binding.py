"""The one door to TA-Lib: its compiled module, loaded without the pandas that it would bring along.

``import talib`` imports pandas to accept its Series: half a second in every worker process for something that
Candlewick, which passes float64 arrays only, never uses. So the compiled module is loaded by itself, with pandas
hidden while its import runs. Where pandas or talib is loaded already there is nothing to save, and the import is
an ordinary one. A later ``import talib`` by somebody else's code works as always and accepts Series.
"""

from __future__ import annotations

import atexit
import importlib
import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType

COMPILED = "talib._ta_lib"
_ABSENT = object()


def _load() -> ModuleType:
    if "pandas" in sys.modules or "talib" in sys.modules or COMPILED in sys.modules:
        return importlib.import_module(COMPILED)
    package = find_spec("talib")
    places = package.submodule_search_locations if package is not None else None
    spec = PathFinder.find_spec(COMPILED, list(places or ()))
    if spec is None or spec.loader is None:
        return importlib.import_module(COMPILED)
    hidden: dict[str, object] = {"pandas": None, "polars": None}
    before = {name: sys.modules.get(name, _ABSENT) for name in hidden}
    try:
        sys.modules.update(hidden)  # type: ignore[arg-type]  # None is how the import system hides a module
        module = module_from_spec(spec)
        sys.modules[COMPILED] = module
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(COMPILED, None)
        raise
    finally:
        for name, old in before.items():
            if old is _ABSENT:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = old  # type: ignore[assignment]
    module._ta_initialize()
    atexit.register(module._ta_shutdown, True)  # noqa: FBT003  as talib's own package does
    return module


talib = _load()
