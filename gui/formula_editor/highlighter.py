"""Draws the spans that ``lexing`` finds. Not here: what is a span, and the waves under problems."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.formula_editor.colours import EditorColours
from gui.formula_editor.lexing import SpanKind, Vocabulary, spans
from gui.formula_editor.state import to_units


class FormulaHighlighter(QSyntaxHighlighter):
    """Colours names that are known, keywords, numbers, texts and comments."""

    def __init__(self, document: QTextDocument, colours: EditorColours) -> None:
        super().__init__(document)
        self._vocabulary = Vocabulary()
        self._formats = _formats(colours)

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Take other known names; the text is drawn again only if they differ."""
        if vocabulary != self._vocabulary:
            self._vocabulary = vocabulary
            self.rehighlight()

    def set_colours(self, colours: EditorColours) -> None:
        """Draw the text in other colours."""
        self._formats = _formats(colours)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        for span in spans(text, self._vocabulary):
            start = to_units(text, span.start)
            end = to_units(text, span.start + span.length)
            self.setFormat(start, end - start, self._formats[span.kind])


def _formats(colours: EditorColours) -> dict[SpanKind, QTextCharFormat]:
    by_kind: dict[SpanKind, str] = {
        "keyword": colours.keyword,
        "function": colours.function,
        "field": colours.field,
        "name": colours.name,
        "number": colours.number,
        "text": colours.quoted,
        "comment": colours.comment,
    }
    formats = {}
    for kind, colour in by_kind.items():
        formats[kind] = QTextCharFormat()
        formats[kind].setForeground(QColor(colour))
    formats["keyword"].setFontWeight(QFont.Weight.Bold)
    formats["comment"].setFontItalic(True)
    return formats
