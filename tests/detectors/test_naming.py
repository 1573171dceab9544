"""What the names in detector("…") mean."""

from __future__ import annotations

import pytest

from engine.detectors.base import Declaration
from engine.detectors.naming import Meaning, meaning_of
from engine.errors import DetectorError

KNOWN = (
    Declaration("gap", "", {"GAP_UP": "", "GAP_DOWN": ""}),
    Declaration("control", "", {"SPRING": "", "SOS": ""}),
    Declaration("changed", "", {"SPRING": "", "SOS": ""}, variant_of="control"),
    Declaration("one", "", {"HIT": ""}),
    Declaration("other", "", {"HIT": ""}),
)


@pytest.mark.parametrize(
    ("name", "event", "meaning"),
    [
        ("gap", "", Meaning("gap", "")),
        ("GAP", "gap_up", Meaning("gap", "GAP_UP")),
        ("spring", "", Meaning("control", "SPRING")),
        ("changed", "spring", Meaning("changed", "SPRING")),
        ("gap_down", "", Meaning("gap", "GAP_DOWN")),
    ],
)
def test_a_name_is_a_detectors_or_an_events(name, event, meaning):
    assert meaning_of(name, event, KNOWN) == meaning


@pytest.mark.parametrize(
    ("name", "event", "words"),
    [
        ("gapp", "", "Did you mean 'gap'? There are: changed, control, gap, one, other."),
        ("sprng", "", "Did you mean 'spring'?"),
        ("gap", "GAP_UPP", "Did you mean 'GAP_UP'?"),
        ("spring", "SPRING", "no detector named 'spring'"),
        ("hit", "", 'write detector("one", "HIT") or detector("other", "HIT")'),
    ],
)
def test_a_wrong_name_is_answered_with_what_there_is(name, event, words):
    with pytest.raises(DetectorError) as raised:
        meaning_of(name, event, KNOWN)
    assert words in str(raised.value)
