"""What nobody expected: into the log and the problems panel with its details, and the window goes on."""

from __future__ import annotations

import logging
import traceback

from gui.problems.panel import ProblemsPanel

log = logging.getLogger(__name__)


def show_unexpected(problems: ProblemsPanel, error: BaseException) -> None:
    """Add the exception to the problems, with the traceback to copy."""
    log.error("unexpected", exc_info=error)
    details = "".join(traceback.format_exception(error))
    problems.add_unexpected(f"{type(error).__name__}: {error}", details)
