"""The guide's commands and its program do what the guide says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.pairs.measures import measures

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "pairs.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)


def blocks(kind):
    return [text for name, text in BLOCKS if name == kind]


def output_of(program):
    done = subprocess.run(
        [sys.executable, program.name],
        cwd=program.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rounded(line):
    *names, number = line.split(",")
    return [*names, pytest.approx(float(number), rel=1e-9)] if number[-1].isdigit() else [*names, number]


def test_commands_and_program_do_what_the_guide_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANDLEWICK__WORKERS", "1")
    (commands,) = blocks("sh")
    (program,) = blocks("python")
    table, counts = blocks("text")
    printed = []
    for line in commands.strip().splitlines():
        assert main(shlex.split(line)[1:]) == 0
        printed.append(capsys.readouterr().out)
    shown = [rounded(line) for line in table.split()]
    assert shown == [
        [*line.split(",")[:-1], float(last) if (last := line.split(",")[-1])[-1].isdigit() else last]
        for line in printed[1].split()
    ]
    assert (tmp_path / "spreads.csv").read_text().count("\n") == 742
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    assert output_of(tmp_path / "program.py") == counts


def test_the_guide_names_every_measure_with_its_columns_and_window():
    for measure in measures:
        (row,) = [line for line in GUIDE.splitlines() if line.startswith(f"| `{measure.name}` |")]
        columns = ", ".join(f"`{column.name}`" for column in measure.columns)
        assert f"| {columns} | {measure.window} |" in row
