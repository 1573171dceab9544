"""Writes config.yaml anew from the settings' schema: ``make config``."""

from __future__ import annotations

from pathlib import Path

from engine.settings import default_file

if __name__ == "__main__":
    Path(__file__).resolve().parent.parent.joinpath("config.yaml").write_text(
        default_file(), encoding="utf-8"
    )
