"""The pictures of the documents: the same machine draws the same bytes again."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.scan.demo import write_demo_universe

SESSION = Path(__file__).resolve().parents[2] / "tools" / "picture_session.py"


@pytest.fixture
def session():
    """The tool, as a module."""
    spec = importlib.util.spec_from_file_location("picture_session", SESSION)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def draw(session, qtbot, tmp_path):
    app = QApplication.instance()
    flash, palette = app.cursorFlashTime(), app.palette()
    write_demo_universe(tmp_path / "market", symbols=8, years=4)

    def drawn(name: str) -> dict[str, bytes]:
        demo, out = tmp_path / name / "demo", tmp_path / name / "out"
        shutil.copytree(tmp_path / "market", demo)
        out.mkdir()
        session.draw(app, "dark", demo, out)
        return {path.name: path.read_bytes() for path in out.iterdir()}

    yield drawn
    app.setCursorFlashTime(flash)
    app.setPalette(palette)


def test_the_same_machine_draws_the_same_bytes(draw):
    first, second = draw("first"), draw("second")
    assert set(first) == {"window_dark.png", "why.png", "options.png"}
    assert [name for name in first if first[name] != second[name]] == []
    assert len(set(first.values())) == len(first), "every picture shows something of its own"
