from __future__ import annotations

import threading

from engine.data.sources import synthetic
from gui.flows import data_flow
from gui.flows.data_flow import list_universe


def test_a_universe_has_its_name_and_its_symbols(universe):
    found = list_universe(str(universe))
    assert (found.name, len(found.symbols)) == ("Demo (synthetic)", 12)


def test_a_folder_is_named_by_its_last_part(universe, tmp_path):
    (tmp_path / "mine").mkdir()
    for folder in universe.glob("symbol=*"):
        (tmp_path / "mine" / folder.name).symlink_to(folder)
    assert list_universe(str(tmp_path / "mine")).name == "mine"


def test_the_demo_is_written_on_first_use_and_only_then(qtbot, build, tmp_path, monkeypatch):
    written = []

    def small(path, **options):
        written.append(path)
        return synthetic.write_demo(path, symbols=3, years=2, **options)

    monkeypatch.setattr(data_flow, "write_demo_universe", small)
    made = build()
    with qtbot.waitSignal(made.data_flow.ready) as ready:
        made.open(None)
    assert ready.args[0].symbols and ready.args[0].address == str(tmp_path / "demo")
    with qtbot.waitSignal(made.data_flow.ready):
        made.actions["open_demo"].trigger()
    assert len(written) == 1
    assert not (tmp_path / "demo.partial").exists()


def test_closing_while_the_demo_is_written_gives_it_up(qtbot, build, tmp_path, monkeypatch):
    begun, allowed = threading.Event(), threading.Event()

    def slow(path, progress):
        path.mkdir()
        begun.set()
        allowed.wait(60)
        progress(1, 500)
        raise AssertionError("it went on")

    monkeypatch.setattr(data_flow, "write_demo_universe", slow)
    made = build()
    made.open(None)
    assert begun.wait(60)
    threading.Timer(0.05, allowed.set).start()
    made.window.close()
    assert made.shut_down()
    assert not (tmp_path / "demo").exists()


def test_data_that_is_not_there_is_said_beside_the_universe(qtbot, candlewick):
    with qtbot.waitSignal(candlewick.data_flow.failed) as failed:
        candlewick.data_flow.use("/no/such/folder")
    assert "There is no folder /no/such/folder" in failed.args[0]
    assert failed.args[0] in candlewick.form.cell("data_path").problem.text()


def test_of_two_folders_chosen_quickly_the_second_counts(qtbot, candlewick, universe):
    ready = []
    candlewick.data_flow.ready.connect(ready.append)
    candlewick.data_flow.use("/no/such/folder")
    candlewick.data_flow.use(str(universe))
    qtbot.waitUntil(lambda: bool(ready))
    assert [found.address for found in ready] == [str(universe)]
    assert candlewick.form.cell("data_path").problem.text() == ""
