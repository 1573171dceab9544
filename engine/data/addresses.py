"""Addresses of bars as text: which part of one is a password, and how an address is shown without it.

Addresses with a password travel to workers, who must connect with it. What is logged, shown or written to a file
is :func:`without_password` of it, which opens the same bars where the password is known from elsewhere (the
database's own password file, the environment).
"""

from __future__ import annotations

import re

# User names hold no slash; passwords may hold anything, so everything up to the last @ before the query is one.
_IN_PLACE = re.compile(r"(://[^:@/?]*):[^?]*@")
_IN_QUERY = re.compile(r"([?&])(?:password|sslpassword|passwd|secret|token|key)=[^&#]*&?", re.IGNORECASE)
# A drive letter is no scheme.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)


def without_password(address: str) -> str:
    """Return the address with its password left out; other texts come back as they are."""
    if "://" not in address:
        return address
    return _IN_QUERY.sub(r"\1", _IN_PLACE.sub(r"\1@", address)).rstrip("?&")


def split_scheme(text: str) -> tuple[str, str] | None:
    """Return an address's scheme, in small letters, and what follows its colon; None for a path."""
    found = _SCHEME.fullmatch(text)
    return (found[1].lower(), found[2]) if found is not None else None
