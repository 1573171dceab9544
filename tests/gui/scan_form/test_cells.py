from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.scan_form.cells import FieldCell, FoldingPair, ShorteningLabel


@pytest.fixture
def cell(qtbot) -> FieldCell:
    made = FieldCell(QLineEdit())
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_problem_is_told_in_words_and_not_by_colour_alone(cell):
    cell.show_problem("Too few bars.")
    assert cell.problem.isVisible()
    assert cell.problem.text() == "⚠ Too few bars."
    assert cell.field.accessibleDescription() == "Too few bars."


def test_without_a_problem_there_is_no_line(cell):
    cell.show_problem("Too few bars.")
    height = cell.sizeHint().height()
    cell.show_problem("")
    assert not cell.problem.isVisible()
    assert cell.sizeHint().height() < height
    assert cell.field.accessibleDescription() == ""


def test_a_problem_is_written_in_the_colour_that_is_given(cell):
    cell.problem.set_colour("#ff8f86")
    assert cell.problem.palette().windowText().color().name() == "#ff8f86"


def test_a_pair_folds_where_it_is_narrow_and_unfolds_again(qtbot):
    parts = QWidget(), QWidget()
    for part in parts:
        part.setMinimumSize(80, 20)
    pair = FoldingPair(*parts)
    qtbot.addWidget(pair)
    pair.show()
    folded = []
    for width in (240, 100, 240):
        pair.resize(width, 60)
        folded.append(pair.is_folded())
    assert folded == [False, True, False]


def test_a_pair_can_be_as_narrow_as_its_wider_part(qtbot):
    first, second = QLineEdit(), QLineEdit()
    pair = FoldingPair(first, second)
    qtbot.addWidget(pair)
    assert pair.minimumSizeHint().width() == first.minimumSizeHint().width()


def test_a_long_text_is_shortened_and_never_widens_the_form(qtbot):
    label = ShorteningLabel()
    qtbot.addWidget(label)
    label.set_text("/a/very/long/path" * 20)
    label.resize(100, 20)
    assert label.minimumSizeHint().width() < 100
    assert label.accessibleName() == label.text() == "/a/very/long/path" * 20
    picture = label.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}) > 1
