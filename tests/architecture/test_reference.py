"""docs/reference says what the program is today."""

from __future__ import annotations

import re


def test_the_reference_is_up_to_date(run_python):
    """When this fails, ``make reference`` writes the pages that it names."""
    run_python("tools/write_reference.py", "--check")


def test_links_between_documents_lead_somewhere(root):
    broken = []
    for page in sorted((root / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(root)}: {target}")
    assert broken == []
