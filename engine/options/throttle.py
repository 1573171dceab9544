"""How requests are made: never faster than a limit, patiently, and not at all once a source has broken down.

Here: ``RateLimit`` (per request, shared by all threads), ``Circuit``, and ``RequestGate`` that joins them with retries.
Who runs many requests at once is in ``executor``.

1. ``RequestGate.call`` refuses at once when the circuit is open.
2. Each attempt, retries too, waits for its turn at the limit (``RateLimit.wait``): in no second are there more than
   ``per_second + burst`` of them.
3. A failure that may pass is tried again after a random time up to a growing bound ("full jitter"), or after what the
   server asked for (``Retry-After``), which then holds for everybody.
4. A request that failed for good counts against the circuit; one that was answered closes it.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import tenacity

from engine.errors import ProviderError

T = TypeVar("T")


class Clock(Protocol):
    """What tells the time and waits; tests bring their own."""

    def now(self) -> float:
        """Return seconds that never go back."""

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Return after ``seconds``, or sooner when ``stop`` is set."""


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Return after ``seconds``, or sooner when ``stop`` is set."""
        stop.wait(seconds)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a source is waited for.

    ``attempts`` for one request, waits growing from ``first_wait`` to ``longest_wait`` seconds between them, never
    longer than ``longest_pause`` because a server asks for it; ``failures`` in a row open the circuit.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 20.0
    longest_pause: float = 120.0
    failures: int = 5


class RateLimit:
    """At most ``per_second`` requests a second on average, ``burst`` more at once; safe from any thread.

    The time of the next free turn moves on by ``1 / per_second`` with each request and may lag behind now by
    ``burst`` turns (the generic cell rate algorithm): so no window of one second holds more than both together.
    """

    def __init__(self, per_second: float, burst: int = 1, clock: Clock | None = None) -> None:
        self.per_second = per_second
        self.burst = burst
        self._clock = clock or SystemClock()
        self._interval = 1.0 / per_second
        self._lock = threading.Lock()
        self._next_turn = self._clock.now()
        self._closed_until = self._next_turn

    def pause(self, seconds: float) -> None:
        """Let nobody through for so long; a server asked for it."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock.now() + seconds)

    def wait(self, stop: threading.Event) -> None:
        """Return when it is this request's turn, or when ``stop`` is set."""
        while not stop.is_set():
            seconds = self._take_turn()
            if seconds <= 0:
                return
            self._clock.wait(seconds, stop)

    def _take_turn(self) -> float:
        """Take a turn and return 0, or return the seconds until one may be free."""
        with self._lock:
            now = self._clock.now()
            free = max(self._closed_until, self._next_turn - (self.burst - 1) * self._interval)
            if free > now:
                return free - now
            self._next_turn = max(self._next_turn, now) + self._interval
            return 0.0


class Circuit:
    """Opens after so many failures in a row, for good: what is left is not asked."""

    def __init__(self, failures: int) -> None:
        self._limit = failures
        self._lock = threading.Lock()
        self._in_a_row = 0

    @property
    def is_open(self) -> bool:
        """Whether requests are refused."""
        return self._in_a_row >= self._limit

    def note(self, *, answered: bool) -> None:
        """Count the end of one request; an open circuit stays open."""
        with self._lock:
            if not self.is_open:
                self._in_a_row = 0 if answered else self._in_a_row + 1


class RequestGate:
    """Makes the requests of one source and account; one object for all threads."""

    def __init__(
        self,
        limit: RateLimit,
        patience: Patience = Patience(),
        *,
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        self.limit = limit
        self.patience = patience
        self.circuit = Circuit(patience.failures)
        self.requests = 0
        self._clock = clock or SystemClock()
        self._random = random.Random(seed)  # noqa: S311 - jitter, no secret
        self._lock = threading.Lock()

    def call(self, ticker: str, request: Callable[[], T], stop: threading.Event | None = None) -> T:
        """Return what ``request`` returns, tried again while its ProviderError says that it may pass.

        Raises ProviderError: the last failure, or kind ``skipped`` when the circuit is open or ``stop`` is set.
        """
        stop = stop or threading.Event()

        def attempt() -> T:
            self._refuse_if_useless(ticker, stop)
            self.limit.wait(stop)
            self._refuse_if_useless(ticker, stop)
            with self._lock:
                self.requests += 1
            return request()

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_pass),
            stop=tenacity.stop_after_attempt(self.patience.attempts),
            wait=self._seconds_before_next,
            sleep=lambda seconds: self._clock.wait(seconds, stop),
            reraise=True,
        )
        try:
            answer = retrying(attempt)
        except ProviderError as error:
            # "Nothing is listed" is an answer; what was never asked says nothing about the source.
            if error.kind != "skipped":
                self.circuit.note(answered=error.kind == "no_data")
            raise
        self.circuit.note(answered=True)
        return answer

    def _refuse_if_useless(self, ticker: str, stop: threading.Event) -> None:
        if stop.is_set():
            raise ProviderError(ticker, "skipped", f"{ticker} was not asked for: the run was cancelled.")
        if self.circuit.is_open:
            failures = f"the source failed {self.patience.failures} times in a row"
            sentence = f"{ticker} was not asked for: {failures}. Try again later."
            raise ProviderError(ticker, "skipped", sentence)

    def _seconds_before_next(self, state: tenacity.RetryCallState) -> float:
        """Return how long to wait before the next attempt."""
        error = state.outcome.exception() if state.outcome is not None else None
        if isinstance(error, ProviderError) and error.retry_after is not None:
            pause = min(max(error.retry_after, 0.0), self.patience.longest_pause)
            self.limit.pause(pause)
            return pause
        bound = min(self.patience.longest_wait, self.patience.first_wait * 2 ** (state.attempt_number - 1))
        with self._lock:
            return self._random.uniform(0, bound)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, ProviderError) and error.may_pass
