from __future__ import annotations

import threading

import pytest

from engine.data.sources import synthetic
from gui.bridge import newest_look
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
    assert list(tmp_path.glob("demo*")) == []


@pytest.fixture
def writing(qtbot, build, monkeypatch):
    """Begin to write a demo that stands still at its second symbol until ``goes_on`` is set."""
    goes_on = threading.Event()

    def slow(path, progress):
        def look_up(done: int, total: int) -> None:
            progress(done, total)
            if done == 2:
                assert goes_on.wait(60)

        return synthetic.write_demo(path, symbols=3, years=1, progress=look_up)

    monkeypatch.setattr(data_flow, "write_demo_universe", slow)
    monkeypatch.setattr(newest_look, "PROGRESS_SECONDS", 0.0)

    def begin(address: str | None = None):
        made = build()
        made.data_flow._writing._patience = 0.0
        made.open(address)
        if address is not None:
            qtbot.waitUntil(lambda: "12" in made.window._data_label.text())
            made.data_flow.use_demo()
        qtbot.waitUntil(lambda: made.data_flow.row.bar.value() > 0)
        return made, goes_on

    return begin


def test_writing_the_demo_shows_how_far_it_is(qtbot, writing):
    made, goes_on = writing()
    assert not made.data_flow.row.isHidden()
    assert made.data_flow.row.label.text().startswith("Writing the demo universe")
    with qtbot.waitSignal(made.data_flow.ready):
        goes_on.set()
    assert made.data_flow.row.isHidden()


def test_a_demo_that_is_cancelled_leaves_nothing_and_can_be_written_again(qtbot, writing, tmp_path):
    made, goes_on = writing()
    made.data_flow.row.cancel_button.click()
    assert "choose it again" in made.form.cell("data_path").problem.text()
    goes_on.set()
    qtbot.waitUntil(lambda: list(tmp_path.glob("demo*")) == [])
    with qtbot.waitSignal(made.data_flow.ready) as ready:
        made.actions["open_demo"].trigger()
    assert len(ready.args[0].symbols) == 3
    assert made.form.cell("data_path").problem.text() == ""


def test_after_a_cancel_the_data_before_the_demo_is_still_in_use(qtbot, writing, universe):
    made, goes_on = writing(str(universe))
    made.data_flow.row.cancel_button.click()
    goes_on.set()
    assert "12 symbols" in made.window._data_label.text()
    assert made.form.values().data_path == str(universe)
    assert made.form.cell("data_path").problem.text() == ""


def test_other_data_that_is_chosen_meanwhile_ends_the_writing(qtbot, writing, universe, tmp_path):
    made, goes_on = writing()
    with qtbot.waitSignal(made.data_flow.ready) as ready:
        made.data_flow.use(str(universe))
        goes_on.set()
    assert ready.args[0].address == str(universe)
    assert list(tmp_path.glob("demo*")) == []


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
