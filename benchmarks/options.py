"""How much faster option chains come with eight workers than with one, from a vendor that takes 100 ms to answer.

python benchmarks/options.py                        # 40 tickers, 100 ms, no limit of requests
python benchmarks/options.py --per-second 10        # with the usual limit, which is then what decides

The vendor is a server on loopback in a process of its own. Each run starts without kept chains, and both must give the
same table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pyarrow as pa

from engine.options.chain import years_between
from engine.options.enrichment import enrich
from engine.options.executor import ThrottledExecutor
from engine.options.outcome import MEASURED
from engine.options.pricing import Terms, price
from engine.options.providers.answer_layout import AnswerLayout
from engine.options.providers.http_json import HttpJsonProvider
from engine.options.rulebook import make_rules
from engine.options.throttle import RateLimit, RequestGate

AS_OF = datetime(2026, 2, 13, 15, 50, tzinfo=UTC)
DAYS = tuple(AS_OF.date() + timedelta(days=each) for each in (7, 35, 42, 90))
NO_LIMIT = 100_000.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickers", type=int, default=40)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that the vendor takes")
    parser.add_argument("--per-second", type=float, default=NO_LIMIT)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.latency)
        return
    os.environ["NO_PROXY"] = "127.0.0.1"
    command = [sys.executable, __file__, "--serve", "--latency", str(arguments.latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as vendor:
        try:
            compare(int(vendor.stdout.readline()), arguments)
        finally:
            vendor.terminate()


def compare(port: int, arguments: argparse.Namespace) -> None:
    seconds: dict[int, list[float]] = {1: [], 8: []}
    tables = []
    run(port, 8, arguments)  # the first run pays for imports and for the first of everything
    for _ in range(arguments.repeats):
        for workers, measured in seconds.items():
            taken, requests, table = run(port, workers, arguments)
            measured.append(taken)
            tables.append(table)
    assert all(table.equals(tables[0]) for table in tables), "the table depends on the number of workers"
    one, eight = (statistics.median(each) for each in seconds.values())
    print(
        f"{arguments.tickers} tickers, {requests} requests of {arguments.latency * 1000:.0f} ms: "
        f"1 worker {one:.2f} s, 8 workers {eight:.2f} s, {one / eight:.1f} times as fast "
        f"(medians of {arguments.repeats}; the same table)"
    )


def run(port: int, workers: int, arguments: argparse.Namespace) -> tuple[float, int, pa.Table]:
    """Return the seconds of one run, its requests, and its table without what was measured."""
    gate = RequestGate(RateLimit(arguments.per_second))
    layout = AnswerLayout(address=f"http://127.0.0.1:{port}/{{ticker}}")
    signals = pa.table({"Ticker": [f"T{number}" for number in range(arguments.tickers)]})
    provider = HttpJsonProvider(layout, gate)
    try:
        began = time.perf_counter()
        found = enrich(signals, provider, make_rules({}), executor=ThrottledExecutor(gate, workers))
        seconds = time.perf_counter() - began
    finally:
        provider.close()
    assert found.counts == {"Success": arguments.tickers}, found.counts
    return seconds, gate.requests, found.table.drop_columns(list(MEASURED))


# ------------------------------------------------------------------------------------------------ the vendor


def serve(latency: float) -> None:
    """Answer for any ticker until the process ends; the port goes to stdout."""
    answers = {day: json.dumps(answer(day)).encode() for day in DAYS}

    class Vendor(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            began = time.monotonic()
            parts = urlsplit(self.path)
            asked = parse_qs(parts.query).get("date")
            day = DAYS[0] if asked is None else datetime.fromtimestamp(int(asked[0]), UTC).date()
            body = answers[day].replace(b'"TICKER"', json.dumps(parts.path.strip("/")).encode())
            time.sleep(max(0.0, latency - (time.monotonic() - began)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def answer(day: date) -> dict[str, object]:
    """Return one expiration of a market priced by the model, in Yahoo's layout."""
    strikes = np.arange(70.0, 131.0, 1.0)
    lists = {}
    for name, is_call in (("calls", True), ("puts", False)):
        terms = Terms(
            100.0, strikes, np.full(len(strikes), years_between(AS_OF, day)), np.full(len(strikes), is_call)
        )
        lists[name] = [
            {
                "contractSymbol": f"{name}{strike:g}",
                "expiration": seconds_of(day),
                "strike": strike,
                "bid": max(0.0, worth * 0.99 - 0.01),
                "ask": worth * 1.01 + 0.01,
                "openInterest": 500,
                "volume": 100,
            }
            for strike, worth in zip(strikes.tolist(), price(terms, 0.3).tolist(), strict=True)
        ]
    result = {
        "underlyingSymbol": "TICKER",
        "expirationDates": [seconds_of(each) for each in DAYS],
        "quote": {"regularMarketPrice": 100.0, "regularMarketTime": int(AS_OF.timestamp())},
        "options": [lists],
    }
    return {"optionChain": {"result": [result]}}


def seconds_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


if __name__ == "__main__":
    main()
