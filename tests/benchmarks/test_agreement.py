from __future__ import annotations

from benchmarks.agreement import agreement

MORE = frozenset({("AAA", "2020-01-02"), ("BBB", "2020-01-03"), ("CCC", "2020-01-04")})
LESS = frozenset({("AAA", "2020-01-02")})


def test_the_same_matches_everywhere_need_no_words(measured):
    found = agreement([measured("Candlewick", 1.0), measured("a peer", 2.0)])
    assert (len(found.common), found.by_design, found.wrong) == (2, (), ())


def test_other_matches_by_design_are_explained(measured):
    peer = measured("a peer", 2.0, matches=MORE, differs="it rounds")
    assert agreement([measured("Candlewick", 1.0), peer]).by_design == (
        "a peer found 3 matches: 0 missing, 1 more, for example CCC 2020-01-04; by design: it rounds",
    )


def test_other_matches_without_a_reason_are_wrong(measured):
    found = agreement([measured("Candlewick", 1.0), measured("a peer", 2.0, matches=LESS)])
    assert found.wrong == ("a peer found 1 matches: 1 missing, 0 more, for example BBB 2020-01-03",)


def test_ours_that_disagree_with_each_other_are_wrong(measured):
    ours = [measured(f"Candlewick, {name}", 1.0) for name in ("cold", "warm")]
    found = agreement([*ours, measured("Candlewick, inline", 1.0, matches=LESS)])
    assert len(found.common) == 2
    assert len(found.wrong) == 1
