"""The list of files that may run."""

from __future__ import annotations

import pytest

from engine.errors import DetectorError
from engine.scan.consent import ConsentFile

DIGEST = "0" * 64


def test_what_is_allowed_is_remembered_until_it_is_forgotten(tmp_path):
    path = tmp_path / "deep" / "allowed.json"
    assert ConsentFile(path).allowed() == {}
    ConsentFile(path).allow("/a.py", DIGEST)
    ConsentFile(path).allow("/b.py", "1" * 64)
    assert ConsentFile(path).allowed() == {"/a.py": DIGEST, "/b.py": "1" * 64}
    assert ConsentFile(path).forget("/a.py")
    assert not ConsentFile(path).forget("/a.py")
    assert ConsentFile(path).allowed() == {"/b.py": "1" * 64}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b'{"version": 2, "allowed": {}}',
        b'{"version": 1}',
        b'{"version": 1, "allowed": {"/a.py": 3}}',
        b'{"version": 1, "allowed": {"/a.py": "short"}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=range(9),
)
def test_a_file_that_is_not_ours_allows_nothing_and_says_what_to_do(tmp_path, content):
    path = tmp_path / "allowed.json"
    path.write_bytes(content)
    with pytest.raises(DetectorError, match=r"remove .*allowed\.json and allow them again"):
        ConsentFile(path).allowed()
