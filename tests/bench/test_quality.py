"""The section in RESULTS.md is replaced in its place, and nothing else of the file is touched."""

from __future__ import annotations

from bench.quality import TITLE, with_section

HEAD, OTHERS = "# Results\n\nWords.\n\n", "### Speed\n\nfast\n\n### Scale\n\nlarge\n"


def test_a_first_section_stands_ahead_of_the_others() -> None:
    assert with_section(HEAD + OTHERS, f"{TITLE}\n\none") == f"{HEAD}{TITLE}\n\none\n\n{OTHERS}"


def test_a_later_one_replaces_it_wherever_it_stands() -> None:
    once = with_section(HEAD + OTHERS, f"{TITLE}\n\none")
    assert with_section(once, f"{TITLE}\n\ntwo") == f"{HEAD}{TITLE}\n\ntwo\n\n{OTHERS}"
    last = f"{HEAD}{OTHERS}\n{TITLE}\n\none\n"
    assert with_section(last, f"{TITLE}\n\ntwo") == f"{HEAD}{OTHERS}\n{TITLE}\n\ntwo\n"
    assert with_section(HEAD, f"{TITLE}\n\none") == f"{HEAD}{TITLE}\n\none\n"
