"""A result of four rows: two with contracts, two without."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest
from option_market import market_chain

from engine.errors import ProviderError
from engine.options.enrichment import Enrichment, enrich
from engine.options.providers.base import Expirations
from engine.options.rulebook import make_rules


class OneMarket:
    """Chains of the made-up market for every ticker but XYZ."""

    name = "one"
    is_local = True

    def expirations(self, ticker):
        if ticker == "XYZ":
            raise ProviderError(ticker, "no_data", "No chain of XYZ.")
        chain = market_chain()
        return Expirations(ticker, chain.as_of, chain.spot, chain.expirations)

    def chain(self, ticker, expiration):
        return market_chain().at(expiration)

    def close(self):
        pass


@pytest.fixture
def contracts() -> Enrichment:
    rows = pa.table(
        {
            "symbol": ["ABC", "XYZ", "DEF", "GHI"],
            "timestamp": pa.array([datetime(2026, 2, 13)] * 4, pa.timestamp("us")),
            "strategy": ["long_call", "long_call", "iron_condor", "moonshot"],
        }
    )
    return enrich(rows, OneMarket(), make_rules({}))
