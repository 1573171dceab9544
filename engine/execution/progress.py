"""How far a parallel job has come, on stderr (López de Prado, *Advances in Financial Machine Learning*, 20.9).

Here: the line and its pace. Not here: the bar of the command line (``engine.cli.progress``).
"""

from __future__ import annotations

import sys
import time

# Ten lines a second are enough for a reader and cost nothing.
PACE_SECONDS = 0.1


def report_progress(job_num: int, num_jobs: int, time0: float, task: str) -> None:
    """Write the share that is done, the minutes used and the minutes left to stderr, over the line before.

    ``job_num`` jobs of ``num_jobs`` are done, ``time0`` is when the first began, in seconds since the epoch
    (``time.time()``). The last line ends in a line feed and stays. Without a stderr nothing happens.
    """
    if sys.stderr is None:
        return
    end = "\r" if job_num < num_jobs else "\n"
    sys.stderr.write(progress_words(job_num, num_jobs, time.time() - time0, task) + end)
    sys.stderr.flush()


def progress_words(job_num: int, num_jobs: int, seconds: float, task: str) -> str:
    """Return the line for ``job_num`` of ``num_jobs`` done after so many seconds."""
    share = job_num / num_jobs if num_jobs > 0 else 1.0
    minutes = max(seconds, 0.0) / 60.0
    left = f"{minutes * (1.0 / share - 1.0):.2f}" if share > 0 else "?"
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    return f"{now} {share:.2%} {task} done after {minutes:.2f} minutes. Remaining {left} minutes."


class ProgressLine:
    """Counts the jobs of one run and reports them at a pace."""

    def __init__(self, num_jobs: int, task: str) -> None:
        self._num_jobs = num_jobs
        self._task = task
        self._done = 0
        self._began = time.time()
        self._last = time.monotonic()

    def step(self) -> None:
        """Note that one more job is done."""
        self._done += 1
        now = time.monotonic()
        if self._done == self._num_jobs or now - self._last >= PACE_SECONDS:
            self._last = now
            report_progress(self._done, self._num_jobs, self._began, self._task)
