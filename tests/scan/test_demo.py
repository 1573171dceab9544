"""The demo as a whole: bars, and option chains of their last day."""

from __future__ import annotations

from engine.data.hive import HiveCandleRepository
from engine.options.providers.files import FileProvider
from engine.scan.demo import CHAINS_FILE, write_demo_universe


def test_the_chains_stand_at_the_bars_last_closes(tmp_path):
    write_demo_universe(tmp_path, symbols=4, years=1)
    repository, provider = HiveCandleRepository(tmp_path), FileProvider(tmp_path / CHAINS_FILE)
    assert provider.tickers
    assert set(provider.tickers) <= set(repository.symbols())
    for ticker in provider.tickers:
        bars, listed = repository.read_raw(ticker), provider.expirations(ticker)
        assert listed.spot == bars.close[-1]
        assert listed.as_of.date() == bars.timestamp[-1].astype("datetime64[D]").item()


def test_a_demo_that_is_replaced_has_new_chains(tmp_path):
    for seed in (1, 2):
        write_demo_universe(tmp_path, symbols=4, years=1, seed=seed)
    closes = {each: HiveCandleRepository(tmp_path).read_raw(each).close[-1] for each in names_in(tmp_path)}
    provider = FileProvider(tmp_path / CHAINS_FILE)
    assert all(provider.expirations(ticker).spot == closes[ticker] for ticker in provider.tickers)


def test_progress_is_by_symbol_and_goes_on_while_the_chains_are_made(tmp_path):
    heard = []
    write_demo_universe(tmp_path, symbols=4, years=1, progress=lambda *step: heard.append(step))
    assert heard[:4] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert len(heard) > 4 and set(heard[4:]) == {(4, 4)}


def names_in(folder):
    return HiveCandleRepository(folder).symbols()
