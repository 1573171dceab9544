"""Keys of data vendors: where they are found, and how they are kept out of everything that is written.

Here: ``Secret``, ``find_secret`` (the system's keyring first, then the environment) and ``LogRedaction``. Nothing here
stores a secret: the user does, with ``keyring set candlewick NAME`` or a variable ``CANDLEWICK_SECRET_NAME``.

A secret has no text but by ``reveal``, which is called where a request is built and nowhere else. It cannot be pickled.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from typing import NoReturn
from urllib.parse import quote, quote_plus

from engine.errors import ProviderSetupError

SERVICE = "candlewick"
VARIABLE_PREFIX = "CANDLEWICK_SECRET_"
REMOVED = "[secret]"
# What an HTTP header and an address can carry without change; spaces and line ends would show up in error texts.
_USABLE = re.compile(r"[\x21-\x7e]{1,4096}")
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


class Secret:
    """A key by its name; printing, formatting and comparing it tell the name alone."""

    __slots__ = ("_reveal", "name")

    def __init__(self, name: str, value: str) -> None:
        plain = value.strip()
        if _USABLE.fullmatch(plain) is None:
            sentence = f"The secret '{name}' holds characters that no key has, or nothing: store it anew."
            raise ProviderSetupError(name, sentence)
        self.name = name
        # In a closure: tools that list an object's attributes find no text.
        self._reveal: Callable[[], str] = lambda: plain

    def reveal(self) -> str:
        """Return the key itself, for a request that is about to be sent."""
        return self._reveal()

    def forms(self) -> tuple[str, ...]:
        """Return the key as it stands in texts, addresses and JSON, the longest first."""
        plain = self._reveal()
        quoted = {quote(plain, safe=""), quote(plain), quote_plus(plain)}
        found = {plain, *quoted, json.dumps(plain)[1:-1], repr(plain)[1:-1]}
        return tuple(sorted(found, key=lambda form: (-len(form), form)))

    def removed_from(self, text: str) -> str:
        """Return a text without the key in any of its forms."""
        for form in self.forms():
            text = text.replace(form, REMOVED)
        return text

    def __repr__(self) -> str:
        return f"Secret({self.name!r})"

    def __reduce__(self) -> NoReturn:
        message = f"the secret {self.name!r} is not to be pickled: find it anew where it is needed"
        raise TypeError(message)


class LogRedaction(logging.Filter):
    """Takes a secret out of what the HTTP library logs; in force until ``close``."""

    def __init__(self, secret: Secret) -> None:
        super().__init__()
        self._secret = secret
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, its text without the secret."""
        told = record.getMessage()
        shown = self._secret.removed_from(told)
        if shown != told:
            record.msg, record.args = shown, ()
        return True

    def close(self) -> None:
        """Leave the loggers as they were; may be called twice."""
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self)


def variable_of(name: str) -> str:
    """Return the environment variable that may hold a secret."""
    return VARIABLE_PREFIX + re.sub(r"[^A-Z0-9]", "_", name.upper())


def find_secret(name: str, environ: Mapping[str, str] | None = None) -> Secret:
    """Return a secret from the keyring or, without one there, from the environment.

    Raises ProviderSetupError, whose sentence says where to put it.
    """
    value = _from_keyring(name) or (os.environ if environ is None else environ).get(variable_of(name))
    if not value:
        sentence = (
            f"There is no secret '{name}': store it with 'keyring set {SERVICE} {name}', "
            f"or set the variable {variable_of(name)}."
        )
        raise ProviderSetupError(name, sentence)
    return Secret(name, value)


def _from_keyring(name: str) -> str | None:
    """Return what the system's keyring holds; a machine without one, or one that is locked, holds nothing."""
    try:
        import keyring  # noqa: PLC0415  an extra, and a tenth of a second
    except ImportError:
        return None
    try:
        return keyring.get_password(SERVICE, name)
    except Exception:  # noqa: BLE001 - back ends fail in ways of their own; the environment is asked next
        return None
