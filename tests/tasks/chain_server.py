"""A vendor of option chains on loopback, in Yahoo's layout, that misbehaves ticker by ticker as a test tells it."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
from option_market import AS_OF, SPOT, market_columns

DAYS = tuple(np.unique(market_columns()["expiration"]).astype(object))


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    moment: float
    ticker: str
    expiration: date | None
    line: str
    headers: dict[str, str]


# What a server does with one request.
Reply = Callable[["Conversation", Asked], None]


@dataclass
class ChainServer:
    """Answers properly but for what ``script`` says of a ticker, reply by reply, and then ``always`` says of it."""

    script: dict[str, list[Reply]] = field(default_factory=dict)
    always: dict[str, Reply] = field(default_factory=dict)
    latency: float = 0.0
    certificate: tuple[str, str] | None = None
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> ChainServer:
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), Conversation)
        self._server.chains = self
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(60)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def address(self) -> str:
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://127.0.0.1:{self.port}/options/{{ticker}}"

    def reply_to(self, asked: Asked) -> Reply:
        with self.lock:
            self.asked.append(asked)
            replies = self.script.get(asked.ticker, [])
            return replies.pop(0) if replies else self.always.get(asked.ticker, proper)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what these tests are about."""


class Conversation(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def chains(self) -> ChainServer:
        return self.server.chains

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        date_text = parse_qs(parts.query).get("date", [""])[0]
        day = datetime.fromtimestamp(int(date_text), UTC).date() if date_text else None
        ticker = unquote(parts.path.rpartition("/")[2])
        asked = Asked(time.monotonic(), ticker, day, self.path, dict(self.headers))
        if self.chains.latency:
            self.chains.closing.wait(self.chains.latency)
        self.chains.reply_to(asked)(self, asked)

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        self.close_connection = True


# ------------------------------------------------------------------------------------------------ answers


def market_answer(ticker: str, expiration: date | None) -> dict[str, Any]:
    """Return what Yahoo would answer about the test market."""
    columns = market_columns()
    rows = np.flatnonzero(columns["expiration"] == np.datetime64(expiration or DAYS[0], "D"))
    lists: dict[str, list[dict[str, Any]]] = {"call": [], "put": []}
    for row in rows.tolist():
        lists[columns["right"][row]].append(
            {
                "contractSymbol": f"{ticker}-{row}",
                "expiration": seconds_of(columns["expiration"][row].astype(object)),
                "strike": columns["strike"][row],
                "bid": columns["bid"][row],
                "ask": columns["ask"][row],
                "lastPrice": columns["last"][row],
                "volume": int(columns["volume"][row]),
                "openInterest": int(columns["open_interest"][row]),
                "impliedVolatility": columns["implied_volatility"][row],
            }
        )
    found = {
        "underlyingSymbol": ticker,
        "expirationDates": [seconds_of(day) for day in DAYS],
        "quote": {"regularMarketPrice": SPOT, "regularMarketTime": int(AS_OF.timestamp())},
        "options": [{"calls": lists["call"], "puts": lists["put"]}],
    }
    return {"optionChain": {"result": [found], "error": None}}


def seconds_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def edited(change: Callable[[dict[str, Any]], object]) -> Reply:
    """Answer with the market's result after ``change`` has worked on it."""

    def reply(to: Conversation, asked: Asked) -> None:
        answer = market_answer(asked.ticker, asked.expiration)
        change(answer["optionChain"]["result"][0])
        to.send(json.dumps(answer).encode())

    return reply


def proper(to: Conversation, asked: Asked) -> None:
    """Answer as a vendor should."""
    to.send(json.dumps(market_answer(asked.ticker, asked.expiration)).encode())


def refuse(status: int, **headers: str) -> Reply:
    """Answer with a status and headers."""
    return lambda to, asked: to.send(b"{}", status, **headers)


def say(body: bytes, **headers: str) -> Reply:
    """Answer 200 with this."""
    return lambda to, asked: to.send(body, **headers)


def silent(to: Conversation, asked: Asked) -> None:
    """Take the request and say nothing."""
    to.chains.closing.wait(120)
    to.hang_up()


def drip(*, headers: bool = False) -> Reply:
    """Send a byte again and again, of the body or of the headers, for ever."""

    def reply(to: Conversation, asked: Asked) -> None:
        if headers:
            to.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        else:
            to.send_response(200)
            to.send_header("Content-Length", "1000000")
            to.end_headers()
        while not to.chains.closing.wait(0.02):
            to.wfile.write(b" ")
        to.hang_up()

    return reply


def reset(to: Conversation, asked: Asked) -> None:
    """Break off in the middle of the body."""
    to.send_response(200)
    to.send_header("Content-Length", "1000")
    to.end_headers()
    to.wfile.write(b'{"optionChain": ')
    to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    to.connection.close()
    to.hang_up()


def cut(to: Conversation, asked: Asked) -> None:
    """Send JSON that ends in the middle, as if that were all."""
    body = json.dumps(market_answer(asked.ticker, asked.expiration)).encode()
    to.send(body[: len(body) // 2])


def redirect(address: str, status: int = 302) -> Reply:
    """Send the client elsewhere."""
    return lambda to, asked: to.send(b"", status, Location=address)


def contracts_of(result: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """Return all contracts of a result, to be spoilt."""
    lists = result["options"][0]
    return [*lists["calls"], *lists["puts"]]


def todays_answer(age: timedelta) -> Reply:
    """Answer with the market as if it were of today, quoted ``age`` ago: for programs that look at the clock."""
    moment = datetime.now(UTC) - age
    days = [moment.date() + (day - AS_OF.date()) for day in DAYS]

    def reply(to: Conversation, asked: Asked) -> None:
        place = days.index(asked.expiration) if asked.expiration in days else 0
        answer = market_answer(asked.ticker, DAYS[place])
        result = answer["optionChain"]["result"][0]
        result["expirationDates"] = [seconds_of(day) for day in days]
        result["quote"]["regularMarketTime"] = int(moment.timestamp())
        for contract in contracts_of(result):
            contract["expiration"] = seconds_of(days[place])
        to.send(json.dumps(answer).encode())

    return reply
