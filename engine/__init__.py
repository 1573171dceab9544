"""Candlewick's engine: scan bars for a formula, without a window.

The names below are all that most callers need; each is imported on first use, so that ``import engine`` costs
nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.data.hive import HiveCandleRepository
    from engine.data.opening import open_repository
    from engine.data.repository import CandleRepository, InMemoryCandleRepository
    from engine.errors import CandlewickError, FormulaError, JobError, ProcessingEngineError
    from engine.formula.formula import Formula
    from engine.formula.service import FormulaService
    from engine.scan.job import DateRange, ProcessingJob
    from engine.scan.processing import ProcessingEngine
    from engine.scan.results import ProcessingResult, ScanResult, SignalMatch

_HOMES = {
    "CandleRepository": "engine.data.repository",
    "CandlewickError": "engine.errors",
    "DateRange": "engine.scan.job",
    "Formula": "engine.formula.formula",
    "FormulaError": "engine.errors",
    "FormulaService": "engine.formula.service",
    "HiveCandleRepository": "engine.data.hive",
    "InMemoryCandleRepository": "engine.data.repository",
    "JobError": "engine.errors",
    "ProcessingEngine": "engine.scan.processing",
    "ProcessingEngineError": "engine.errors",
    "ProcessingJob": "engine.scan.job",
    "ProcessingResult": "engine.scan.results",
    "ScanResult": "engine.scan.results",
    "SignalMatch": "engine.scan.results",
    "open_repository": "engine.data.opening",
}

__all__ = [
    "CandleRepository",
    "CandlewickError",
    "DateRange",
    "Formula",
    "FormulaError",
    "FormulaService",
    "HiveCandleRepository",
    "InMemoryCandleRepository",
    "JobError",
    "ProcessingEngine",
    "ProcessingEngineError",
    "ProcessingJob",
    "ProcessingResult",
    "ScanResult",
    "SignalMatch",
    "open_repository",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'engine' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
