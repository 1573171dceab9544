"""The pace of requests, retries and the circuit, on a clock of the tests' own."""

from __future__ import annotations

import heapq
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProviderError
from engine.options.throttle import Circuit, Patience, RateLimit, RequestGate, SystemClock


class TestClock:
    """A clock on which waiting costs nothing: it moves to the end of the wait."""

    __test__ = False

    def __init__(self) -> None:
        self.seconds = 100.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.seconds

    def wait(self, seconds: float, stop: threading.Event) -> None:
        self.waits.append(seconds)
        if not stop.is_set():
            self.seconds += seconds


def busiest_second(moments: list[float]) -> int:
    """Return the most requests in any window of one second, its end not included."""
    inside: list[float] = []
    most = 0
    for moment in sorted(moments):
        heapq.heappush(inside, moment)
        while inside[0] <= moment - 1 + 1e-9:
            heapq.heappop(inside)
        most = max(most, len(inside))
    return most


def failure(
    *, may_pass: bool = True, retry_after: float | None = None, kind: str = "failed"
) -> ProviderError:
    return ProviderError("ABC", kind, "It failed.", may_pass, retry_after)


class Flaky:
    """A request that fails as it is told and then answers."""

    def __init__(self, *failures: ProviderError) -> None:
        self.failures = list(failures)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


def gate(clock: TestClock, **patience: float) -> RequestGate:
    return RequestGate(RateLimit(10, clock=clock), Patience(**patience), clock=clock, seed=1)


@given(
    st.lists(st.floats(0, 3), min_size=1, max_size=200), st.sampled_from((1.0, 2.5, 10.0)), st.integers(1, 5)
)
def test_no_second_holds_more_than_the_limit_and_the_burst(gaps, per_second, burst):
    clock, never = TestClock(), threading.Event()
    limit = RateLimit(per_second, burst, clock)
    moments = []
    for gap in gaps:
        clock.seconds += gap * gap / 9
        limit.wait(never)
        moments.append(clock.now())
    assert busiest_second(moments) <= per_second + burst


def test_a_burst_goes_at_once_and_the_rest_in_turn(clock):
    limit, never = RateLimit(10, 3, clock), threading.Event()
    moments = []
    for _ in range(6):
        limit.wait(never)
        moments.append(clock.now() - 100)
    assert moments == pytest.approx([0, 0, 0, 0.1, 0.2, 0.3])


def test_the_limit_holds_for_eight_threads_with_retries():
    clock, moments, lock = SystemClock(), [], threading.Lock()
    shared = RequestGate(RateLimit(200, 1, clock), Patience(attempts=20, first_wait=0.001), clock=clock)

    def request() -> None:
        with lock:
            moments.append(clock.now())
            count = len(moments)
        if count % 5 == 0:
            raise failure()

    def work() -> None:
        for _ in range(10):
            shared.call("ABC", request)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert shared.requests == len(moments) > 80
    gaps = [later - earlier for earlier, later in zip(moments, moments[200:], strict=False)]
    assert all(gap > 0.9 for gap in gaps)
    assert moments[-1] - moments[0] >= (len(moments) - 1) / 200 * 0.95


def test_a_failure_that_may_pass_is_tried_again_after_a_growing_random_wait(clock):
    request = Flaky(failure(), failure(), failure())
    assert gate(clock, attempts=4, first_wait=1.0).call("ABC", request) == "answer"
    assert request.calls == 4
    between = [wait for wait in clock.waits if wait > 0.1]
    assert all(wait <= bound for wait, bound in zip(between, (1, 2, 4), strict=False))


def test_attempts_end_with_the_last_failure(clock):
    request = Flaky(*(failure() for _ in range(9)))
    with pytest.raises(ProviderError, match="It failed"):
        gate(clock, attempts=3).call("ABC", request)
    assert request.calls == 3


def test_a_failure_for_good_is_not_tried_again(clock):
    request = Flaky(failure(may_pass=False))
    with pytest.raises(ProviderError):
        gate(clock).call("ABC", request)
    assert request.calls == 1


@pytest.mark.parametrize(("asked", "waited"), [(3.0, 3.0), (999_999.0, 120.0), (-5.0, 0.0)])
def test_what_the_server_asks_for_is_waited_for_within_reason(clock, asked, waited):
    began = clock.now()
    gate(clock).call("ABC", Flaky(failure(retry_after=asked)))
    assert clock.now() - began == pytest.approx(waited, abs=0.2)


def test_a_pause_holds_for_everybody(clock):
    shared = gate(clock)
    shared.limit.pause(30)
    shared.call("XYZ", Flaky())
    assert clock.now() >= 130


def test_the_circuit_opens_after_failures_in_a_row_and_nothing_more_is_asked(clock):
    shared = gate(clock, attempts=1, failures=3)
    for _ in range(3):
        with pytest.raises(ProviderError, match="It failed"):
            shared.call("ABC", Flaky(failure()))
    request = Flaky()
    with pytest.raises(ProviderError, match="3 times in a row") as caught:
        shared.call("XYZ", request)
    assert (caught.value.kind, caught.value.ticker, request.calls) == ("skipped", "XYZ", 0)


def test_an_answer_between_failures_keeps_the_circuit_closed(clock):
    shared = gate(clock, attempts=1, failures=2)
    for _ in range(5):
        with pytest.raises(ProviderError):
            shared.call("ABC", Flaky(failure()))
        shared.call("ABC", Flaky())
    assert not shared.circuit.is_open


def test_that_nothing_is_listed_is_an_answer(clock):
    shared = gate(clock, attempts=1, failures=2)
    for _ in range(5):
        with pytest.raises(ProviderError):
            shared.call("ABC", Flaky(failure(kind="no_data", may_pass=False)))
    assert not shared.circuit.is_open


def test_an_open_circuit_stays_open():
    circuit = Circuit(1)
    circuit.note(answered=False)
    circuit.note(answered=True)
    assert circuit.is_open


def test_a_cancelled_request_is_not_made(clock):
    stop, request = threading.Event(), Flaky()
    stop.set()
    with pytest.raises(ProviderError, match="cancelled") as caught:
        gate(clock).call("ABC", request, stop)
    assert (caught.value.kind, request.calls) == ("skipped", 0)


def test_a_cancel_ends_a_long_wait_for_another_attempt():
    stop = threading.Event()
    patient = RequestGate(RateLimit(1000), Patience(first_wait=0.0))

    def request() -> None:
        threading.Timer(0.05, stop.set).start()
        raise failure(retry_after=60.0)

    with pytest.raises(ProviderError):
        patient.call("ABC", request, stop)
    assert stop.wait(10)
    assert patient.requests == 1
