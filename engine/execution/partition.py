"""Which atoms each molecule gets (López de Prado, *Advances in Financial Machine Learning*, 20.5 and 20.6).

An *atom* is an indivisible piece of work, a *molecule* the run of atoms that one process works through. Here:
boundaries for equal atoms (:func:`lin_parts`) and for atoms whose work grows with their number
(:func:`nested_parts`), and the molecules between boundaries (:func:`molecules`). Not here: who runs them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boundaries = NDArray[np.int64]


def lin_parts(num_atoms: int, num_threads: int) -> Boundaries:
    """Return the boundaries of at most ``num_threads`` molecules whose sizes differ by one atom at most.

    These are ``ceil(linspace(0, N, min(M, N) + 1))``, in whole numbers, so that no rounding of floats can
    move one. Molecule i is ``[b[i], b[i + 1])`` and never empty; no atoms give ``[0]``: no molecule.
    """
    _check(num_atoms, num_threads)
    parts = min(num_threads, num_atoms)
    if parts == 0:
        return np.zeros(1, dtype=np.int64)
    return -(-np.arange(parts + 1, dtype=np.int64) * num_atoms // parts)


def nested_parts(num_atoms: int, num_threads: int, upper_triangle: bool = False) -> Boundaries:
    """Return boundaries between which the work is about equal when atom i (counted from 1) costs i units.

    That is the lower triangle of a matrix with its diagonal, row by row: N(N + 1)/2 units in all. With
    M' = min(M, N), the published recursion
    ``r[m] = (-1 + sqrt(1 + 4 (r[m-1]² + r[m-1] + N (N + 1) / M'))) / 2`` is solved in closed form and rounded
    half to even. ``upper_triangle`` is the mirror image, heavy rows first.

    Rounding can make a molecule empty when M' is close to N: ``nested_parts(3, 10)`` is 0, 2, 2, 3.
    :func:`molecules` leaves those out.
    """
    _check(num_atoms, num_threads)
    parts = min(num_threads, num_atoms)
    if parts == 0:
        return np.zeros(1, dtype=np.int64)
    share = np.arange(parts + 1) / parts
    boundaries = np.rint((-1 + np.sqrt(1 + 4 * share * num_atoms * (num_atoms + 1))) / 2).astype(np.int64)
    return num_atoms - boundaries[::-1] if upper_triangle else boundaries


def molecules(boundaries: Boundaries) -> list[range]:
    """Return the atom numbers of each molecule between these boundaries, without the empty ones."""
    pairs = zip(boundaries[:-1].tolist(), boundaries[1:].tolist(), strict=True)
    return [range(start, stop) for start, stop in pairs if stop > start]


def _check(num_atoms: int, num_threads: int) -> None:
    if num_atoms < 0 or num_threads < 1:
        message = f"cannot part {num_atoms} atoms among {num_threads} threads"
        raise ValueError(message)
