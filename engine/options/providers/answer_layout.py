"""How a vendor's JSON says what a chain is: where to ask, and where in the answer to look.

Here: ``AnswerLayout`` with every entry's default and help, the YAML file that holds it, and ``found_at``, which follows
a path. The defaults are Yahoo's names. What a cell means is in ``json_cells``; who asks in ``http_json``.

A path is names joined by dots; a number is a place in a list: ``optionChain.result.0.quote``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, quote, urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.errors import ProviderSetupError, closest

LARGEST_FILE = 1_000_000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PLACES = ("ticker", "expiration", "expiration_unix")
_PLACE = re.compile(r"\{([^{}]*)\}")
_KEY_LIKE = re.compile(r"(api[-_]?key|token|secret|passw|signature)", re.IGNORECASE)

Column = Literal[
    "symbol",
    "expiration",
    "right",
    "ticker",
    "strike",
    "bid",
    "ask",
    "last",
    "volume",
    "open_interest",
    "implied_volatility",
]
YAHOO_COLUMNS: dict[Column, str] = {
    "symbol": "contractSymbol",
    "expiration": "expiration",
    "strike": "strike",
    "bid": "bid",
    "ask": "ask",
    "last": "lastPrice",
    "volume": "volume",
    "open_interest": "openInterest",
    "implied_volatility": "impliedVolatility",
}


def _is_address(text: str) -> str:
    """Refuse what cannot be asked, and keys that stand in the file itself."""
    parts = urlsplit(text)
    unknown = [place for place in _PLACE.findall(text) if place not in PLACES]
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = "an address begins with https:// and a host"
    elif "@" in parts.netloc:
        message = "a password does not belong into an address: name it with 'secret'"
    elif any(_KEY_LIKE.search(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        message = "a key does not belong into an address: name it with 'secret' and 'secret_query'"
    elif unknown:
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        message = f"'{{{unknown[0]}}}' is no place that is filled; those are {known}"
    elif "{ticker}" not in text:
        message = "an address needs the place {ticker}"
    else:
        return text
    raise ValueError(message)


Address = Annotated[str, AfterValidator(_is_address)]


class AnswerLayout(BaseModel):
    """One vendor: addresses, its secret by name, and the paths into its answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_-]{1,40}$", description="What messages call the source; usually its host."
    )
    address: Address = Field(description="Where a ticker's expirations are asked for.")
    chain_address: Address | None = Field(
        None,
        description="Where one expiration is asked for; without it the address with date={expiration_unix}.",
    )
    secret: str | None = Field(None, description="Name of the key in the keyring or environment.")
    secret_header: str = Field(
        "Authorization", pattern=r"^[A-Za-z0-9_-]+$", description="The header that carries the key."
    )
    secret_prefix: str = Field("Bearer ", description="What stands before the key in the header.")
    secret_query: str | None = Field(
        None, description="The parameter of the address that carries the key, instead of a header."
    )
    ticker: str | None = Field("optionChain.result.0.underlyingSymbol", description="Whose answer it is.")
    expirations: str = Field("optionChain.result.0.expirationDates", description="The list of days.")
    spot: str | None = Field(
        "optionChain.result.0.quote.regularMarketPrice", description="The underlying's price."
    )
    as_of: str | None = Field(
        "optionChain.result.0.quote.regularMarketTime", description="The moment of the quotes."
    )
    calls: str | None = Field("optionChain.result.0.options.0.calls", description="The list of calls.")
    puts: str | None = Field("optionChain.result.0.options.0.puts", description="The list of puts.")
    contracts: str | None = Field(
        None, description="One list of both instead, whose column 'right' tells them apart."
    )
    columns: dict[Column, str] = Field(
        default_factory=lambda: dict(YAHOO_COLUMNS),
        description="The path in a contract of each of a chain's columns.",
    )

    @model_validator(mode="after")
    def _contracts_can_be_told(self) -> AnswerLayout:
        if self.contracts is not None and "right" not in self.columns:
            message = "columns: a list of both calls and puts needs the column 'right'"
            raise ValueError(message)
        if "strike" not in self.columns:
            message = "columns: the column 'strike' is missing"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _key_is_safe_on_its_way(self) -> AnswerLayout:
        for address in (self.address, self.chain_address or self.address):
            parts = urlsplit(address)
            if self.secret is not None and parts.scheme != "https" and parts.hostname not in LOOPBACK:
                message = "a key goes over https only: anybody on the way could read it"
                raise ValueError(message)
        return self

    @property
    def lists(self) -> tuple[tuple[str, str], ...]:
        """The paths of the lists of contracts, each with the side that its contracts have; empty: each tells."""
        if self.contracts is not None:
            return ((self.contracts, ""),)
        return tuple((path, right) for path, right in ((self.calls, "call"), (self.puts, "put")) if path)

    def address_of(self, ticker: str, expiration: date | None = None) -> str:
        """Return the address to ask, without the key."""
        template = self.address
        if expiration is not None:
            joint = "&" if "?" in template else "?"
            template = self.chain_address or f"{template}{joint}date={{expiration_unix}}"
        filled = template.replace("{ticker}", quote(ticker, safe=""))
        if expiration is not None:
            midnight = datetime(expiration.year, expiration.month, expiration.day, tzinfo=UTC)
            filled = filled.replace("{expiration}", expiration.isoformat())
            filled = filled.replace("{expiration_unix}", str(int(midnight.timestamp())))
        return filled


def found_at(answer: Any, path: str) -> Any:
    """Return what stands at a path. Raises LookupError with the part that is not there; an empty list is IndexError."""
    found = answer
    for part in path.split("."):
        if isinstance(found, list) and part.isdecimal():
            if int(part) >= len(found):
                raise IndexError(path)
            found = found[int(part)]
        elif isinstance(found, dict) and part in found:
            found = found[part]
        else:
            raise KeyError(part)
    return found


def read_layout(path: Path) -> AnswerLayout:
    """Read a YAML file of a vendor's layout. Raises ProviderSetupError with every problem in it."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ProviderSetupError("http", f"{path} is too large for a source's layout.")
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = str(error).splitlines()[0]
        raise ProviderSetupError("http", f"{path} cannot be read as a source's layout: {reason}.") from None
    if not isinstance(values, dict):
        raise ProviderSetupError("http", f"{path} must hold lines such as 'address: https://…/{{ticker}}'.")
    try:
        return AnswerLayout.model_validate(values)
    except ValidationError as error:
        sentences = [_told(path, fault["loc"], fault["msg"]) for fault in error.errors(include_input=False)]
        raise ProviderSetupError("http", "\n".join(sentences)) from None


def _told(path: Path, place: tuple[int | str, ...], message: str) -> str:
    """Return the sentence for one fault; it never repeats the value, which may be a key in the wrong place."""
    where = ".".join(str(part) for part in place if part != "[key]")
    guess = closest(where, AnswerLayout.model_fields) if message.startswith("Extra inputs") else None
    hint = f" Did you mean '{guess}'?" if guess else ""
    return f"{path}: {where + ': ' if where else ''}{message.removeprefix('Value error, ')}.{hint}"
