"""The progress widget of the status bar."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QProgressBar

from gui.progress.widget import ScanProgressWidget


@pytest.fixture
def progress(qtbot):
    widget = ScanProgressWidget()
    qtbot.addWidget(widget)
    return widget


def test_idle_there_is_neither_bar_nor_cancel(progress):
    assert progress.bar.isHidden()
    assert progress.cancel_button.isHidden()


def test_a_running_scan_shows_its_figures(progress):
    progress.start(240)
    for step in range(1, 11):
        progress.update_progress(12 * step, 240, 1873, 0.1 * step)
    assert progress.label.text() == "120/240 symbols · 1,873 matches · 120 symbols/s · 0:01 left"
    assert (progress.bar.value(), progress.bar.maximum()) == (120, 240)
    assert not progress.bar.isHidden()


def test_one_match_is_not_called_matches(progress):
    progress.start(2)
    progress.update_progress(1, 2, 1, 0.1)
    assert "· 1 match ·" in progress.label.text()


def test_cancel_is_asked_once(progress, qtbot):
    progress.start(10)
    with qtbot.waitSignal(progress.cancel_requested):
        progress.cancel_button.click()
    assert progress.label.text() == "Cancelling …"
    with qtbot.assertNotEmitted(progress.cancel_requested):
        progress.cancel_button.click()


def test_the_next_scan_can_be_cancelled_again_and_starts_from_nothing(progress):
    progress.start(10)
    progress.update_progress(10, 10, 4, 1.0)
    progress.show_cancelling()
    progress.finish("Cancelled after 10 of 10 symbols.")
    assert progress.label.text() == "Cancelled after 10 of 10 symbols."
    assert progress.bar.isHidden()
    progress.start(20)
    assert progress.cancel_button.isEnabled()
    assert progress.bar.value() == 0


def test_an_unknown_total_lets_the_bar_run_to_and_fro(progress):
    progress.start()
    assert (progress.bar.minimum(), progress.bar.maximum()) == (0, 0)


def test_a_scan_of_no_symbols_is_complete(progress):
    progress.start(0)
    progress.update_progress(0, 0, 0, 0.1)
    assert progress.bar.value() == progress.bar.maximum()


def test_bar_and_button_have_names_for_the_screen_reader(progress):
    assert progress.bar.accessibleName()
    assert progress.cancel_button.accessibleName()


def test_progress_is_painted_with_everything_else_and_not_at_once(qtbot, monkeypatch):
    painted = []

    class Bar(QProgressBar):
        def paintEvent(self, event):
            painted.append(self.value())
            super().paintEvent(event)

    monkeypatch.setattr("gui.progress.widget.QProgressBar", Bar)
    widget = ScanProgressWidget()
    qtbot.addWidget(widget)
    widget.start(10)
    widget.show()
    qtbot.waitUntil(lambda: bool(painted))
    painted.clear()
    for completed in range(1, 10):
        widget.update_progress(completed, 10, 0, 0.1 * completed)
    assert not painted
    qtbot.waitUntil(lambda: painted == [9])


def test_it_is_as_high_idle_as_during_a_scan(progress):
    idle = progress.sizeHint().height(), progress.minimumSizeHint().height()
    progress.start(10)
    assert (progress.sizeHint().height(), progress.minimumSizeHint().height()) == idle
