"""The command line as a whole: help, version, and what happens without a command."""

from __future__ import annotations

import pytest

from engine.cli.command import BAD_INPUT, DONE, commands
from engine.cli.main import HEADLESS_HINT


def test_help_lists_every_command(candlewick) -> None:
    ran = candlewick("--help")
    assert ran.code == DONE
    for command in commands:
        assert command.name in ran.out


def test_the_version_is_told(candlewick) -> None:
    assert candlewick("--version").out.startswith("candlewick 0.")


def test_an_unknown_command_is_one_sentence(candlewick) -> None:
    ran = candlewick("scann")
    assert ran.code == BAD_INPUT
    assert "scan" in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_without_a_display_the_headless_command_is_named(candlewick, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    ran = candlewick()
    assert ran.code == BAD_INPUT
    assert ran.err.strip() == HEADLESS_HINT


@pytest.mark.parametrize("name", commands.names())
def test_every_command_has_help_of_its_own(candlewick, name: str) -> None:
    ran = candlewick(name, "--help")
    assert ran.code == DONE
    assert commands.get(name).help in " ".join(ran.out.split())
