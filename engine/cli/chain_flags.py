"""Flags that say where option chains come from, and how the source they name is opened."""

from __future__ import annotations

import argparse
import math
from datetime import datetime, timedelta
from pathlib import Path

from engine.errors import JobError
from engine.options.cache import CachedProvider, ChainCache
from engine.options.providers import PROVIDERS
from engine.options.providers.base import ChainProvider, ProviderChoice
from engine.options.throttle import RateLimit, RequestGate
from engine.settings import default_chain_cache_folder, load_settings

FASTEST = 1000.0


def add_chain_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument(
        "--chains",
        type=Path,
        metavar="PATH",
        help="option chains: a .csv or .parquet file, or a folder",
    )
    kinds = "; ".join(f"{kind.name}: {kind.help}" for kind in PROVIDERS)
    parser.add_argument("--provider", metavar="NAME", help=f"source of chains ({kinds})")
    parser.add_argument(
        "--provider-config", type=Path, metavar="FILE.yaml", help="address and layout of the source http"
    )
    parser.add_argument(
        "--requests-per-second",
        type=float,
        default=10.0,
        metavar="N",
        help="most requests to a source over the network, retries counted (default 10)",
    )
    parser.add_argument(
        "--no-chain-cache",
        action="store_true",
        help="neither use chains that were kept of an earlier run, nor keep these",
    )


def open_provider(arguments: argparse.Namespace, not_after: datetime | None) -> ChainProvider:
    """Return the source that the flags name. Raises JobError with every flag that does not fit it."""
    name = arguments.provider or ("files" if arguments.chains is not None else "")
    if not name:
        live = ", ".join(f"--provider {each}" for each in PROVIDERS.names() if each != "files")
        raise JobError((("chains", f"Say where option chains come from: --chains PATH, or {live}."),))
    kind = PROVIDERS.get(name)
    problems = tuple(_problems(arguments, name))
    if problems:
        raise JobError(problems)
    gate = RequestGate(RateLimit(arguments.requests_per_second))
    choice = ProviderChoice(gate, arguments.chains, not_after, arguments.provider_config)
    provider = kind.open(choice)
    return provider if provider.is_local else CachedProvider(provider, _cache(arguments))


def _problems(arguments: argparse.Namespace, name: str) -> list[tuple[str, str]]:
    found = []
    if name != "files":
        if arguments.chains is not None:
            found.append(("chains", f"--chains is for files: leave it out, or leave out --provider {name}."))
        if arguments.as_of is not None:
            sentence = f"--as-of is for files: the source {name} has no quotes but the latest."
            found.append(("as_of", sentence))
    if arguments.provider_config is not None and name != "http":
        found.append(("provider_config", "--provider-config is for --provider http."))
    pace = arguments.requests_per_second
    if not (math.isfinite(pace) and 0 < pace <= FASTEST):
        sentence = f"--requests-per-second must be a number above 0 and at most {FASTEST:g}."
        found.append(("requests_per_second", sentence))
    return found


def _cache(arguments: argparse.Namespace) -> ChainCache:
    """Return the cache; without a folder it lasts for the run."""
    if arguments.no_chain_cache:
        return ChainCache()
    settings = load_settings()
    folder = settings.chain_cache_folder or default_chain_cache_folder()
    cache = ChainCache(folder, timedelta(minutes=settings.chain_cache_minutes))
    cache.forget_old()
    return cache
