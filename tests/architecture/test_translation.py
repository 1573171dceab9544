"""Every word that a widget shows went through ``tr`` or ``translate``: read from the source, module by module."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import gui

ROOT = Path(gui.__file__).parent
MODULES = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.rglob("*.py"))]

# What puts words on the screen: methods, and widgets that take theirs from the start.
_SHOWING = """
    setText setToolTip setWindowTitle setPlaceholderText setAccessibleName setAccessibleDescription setTitle
    setLabelText setSuffix setPrefix setStatusTip setWhatsThis setInformativeText showMessage addAction addMenu addTab
    addItem setButtonText addButton setSpecialValueText QLabel QPushButton QCheckBox QRadioButton QGroupBox QAction
    QMenu QDockWidget QToolBar QToolButton
"""
SHOWING = frozenset(re.findall(r"\w+", _SHOWING))
# Names, and what is written in a file just so: the same in every language.
NAMES = frozenset({"Candlewick", "dmy", "mdy", "utf-8", "cp1252"})


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def bare_words(node: ast.expr) -> str:
    """Return the letters of literals that stand in an expression by themselves, without markup."""
    match node:
        case ast.Constant(value=str() as text):
            return re.sub(r"<[^>]*>", "", text)
        case ast.JoinedStr():
            joined = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            return re.sub(r"<[^>]*>", "", joined)
        case ast.BinOp():
            return bare_words(node.left) + bare_words(node.right)
        case ast.IfExp():
            return bare_words(node.body) + bare_words(node.orelse)
    return ""


def untranslated(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or called(node) not in SHOWING:
            continue
        for argument in node.args[:2]:
            text = bare_words(argument)
            if text not in NAMES and len(re.findall(r"[^\W\d_]", text)) > 1:
                found.append(f"line {node.lineno}: {called(node)}({text!r})")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_word_on_the_screen_can_be_translated(module):
    assert untranslated((ROOT / module).read_text("utf-8")) == []


@pytest.mark.parametrize("module", MODULES)
def test_what_is_translated_is_a_whole_literal(module):
    """Values go in with ``format`` afterwards: of a text that is put together no translator ever hears."""
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    pieced = [
        f"line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and called(node) in ("tr", "translate")
        and any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in node.args)
    ]
    assert pieced == []


# Two words of which the second is no name make a sentence.
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
# Programmers read these.
INWARD = frozenset({"chart/data.py"})


def pieced_sentences(source: str) -> list[str]:
    """Return the f-strings that say something in words: no translator ever hears of them."""
    joined = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    return [
        f"line {node.lineno}: {bare_words(node)!r}" for node in joined if SENTENCE.search(bare_words(node))
    ]


@pytest.mark.parametrize("module", sorted(set(MODULES) - INWARD))
def test_sentences_are_not_put_together_from_pieces(module):
    """``tr`` gets the whole literal, and ``format`` the values."""
    assert pieced_sentences((ROOT / module).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "count"),
    [("f'{n} rows in'", 1), ("tr('{n} rows in').format(n=n)", 0), ("f'<b>{n} %</b>'", 0)],
)
def test_the_search_finds_pieced_sentences(source, count):
    assert len(pieced_sentences(source)) == count


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("label.setText('Ready now')", 1),
        ("label.setText(f'{n} rows')", 1),
        ("QPushButton('Go' if a else 'Stop', self)", 1),
        ("label.setText('a ' + tr('b'))", 0),
        ("label.setText(self.tr('Ready now'))", 0),
        ("label.setText('<b></b>')", 0),
        ("label.setText('▲')", 0),
    ],
)
def test_the_search_finds_bare_words_and_nothing_else(source, count):
    assert len(untranslated(source)) == count
