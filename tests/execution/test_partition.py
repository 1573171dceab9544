from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.execution.partition import lin_parts, molecules, nested_parts

ATOMS = st.integers(0, 5000)
THREADS = st.integers(1, 80)


@pytest.mark.parametrize(
    ("atoms", "threads", "boundaries"),
    [
        (10, 2, [0, 5, 10]),
        (17, 4, [0, 5, 9, 13, 17]),
        (3, 10, [0, 1, 2, 3]),
        (100, 1, [0, 100]),
        (0, 4, [0]),
    ],
)
def test_linear_boundaries_are_the_published_ones(atoms, threads, boundaries):
    assert lin_parts(atoms, threads).tolist() == boundaries


@pytest.mark.parametrize(
    ("atoms", "threads", "lower", "upper"),
    [
        (10, 3, [0, 6, 8, 10], [0, 2, 4, 10]),
        (20, 5, [0, 9, 12, 15, 18, 20], [0, 2, 5, 8, 11, 20]),
        (100, 8, [0, 35, 50, 61, 71, 79, 87, 94, 100], [0, 6, 13, 21, 29, 39, 50, 65, 100]),
        (3, 10, [0, 2, 2, 3], [0, 1, 1, 3]),
        (0, 4, [0], [0]),
    ],
)
def test_nested_boundaries_are_the_published_ones(atoms, threads, lower, upper):
    assert nested_parts(atoms, threads).tolist() == lower
    assert nested_parts(atoms, threads, upper_triangle=True).tolist() == upper


def test_nested_work_is_nearly_equal():
    boundaries = nested_parts(20, 6)
    work = [sum(atom + 1 for atom in molecule) for molecule in molecules(boundaries)]
    assert work == [36, 30, 39, 31, 35, 39]


@given(ATOMS, THREADS)
def test_linear_molecules_hold_every_atom_once_and_differ_by_one_at_most(atoms, threads):
    parts = molecules(lin_parts(atoms, threads))
    assert [atom for part in parts for atom in part] == list(range(atoms))
    assert len(parts) == min(atoms, threads)
    sizes = {len(part) for part in parts}
    assert not sizes or max(sizes) - min(sizes) <= 1


@given(ATOMS, THREADS, st.booleans())
def test_nested_molecules_hold_every_atom_once_and_are_never_empty(atoms, threads, upper):
    parts = molecules(nested_parts(atoms, threads, upper_triangle=upper))
    assert [atom for part in parts for atom in part] == list(range(atoms))
    assert all(len(part) > 0 for part in parts)


@given(st.integers(1, 5000), THREADS)
def test_nested_boundaries_follow_the_published_recursion(atoms, threads):
    parts = min(atoms, threads)
    exact = [0.0]
    for _ in range(parts):
        last = exact[-1]
        exact.append((-1 + (1 + 4 * (last**2 + last + atoms * (atoms + 1) / parts)) ** 0.5) / 2)
    # Where the recursion lands on a half, its rounding errors decide; everywhere else both agree.
    assert np.all(np.abs(nested_parts(atoms, threads) - exact) <= 0.5 + 1e-6)


@given(ATOMS, THREADS)
def test_the_upper_triangle_mirrors_the_sizes_of_the_lower(atoms, threads):
    lower = np.diff(nested_parts(atoms, threads))
    upper = np.diff(nested_parts(atoms, threads, upper_triangle=True))
    assert upper.tolist() == lower[::-1].tolist()


@pytest.mark.parametrize("parting", [lin_parts, nested_parts])
@pytest.mark.parametrize(("atoms", "threads"), [(-1, 2), (5, 0)])
def test_parting_nothing_sensible_is_an_error(parting, atoms, threads):
    with pytest.raises(ValueError, match="cannot part"):
        parting(atoms, threads)
