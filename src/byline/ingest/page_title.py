"""The headline of a page, without the name of the site that browsers show behind it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

_SEPARATOR = re.compile(r"\s+(?:[|»«·•–—:]|-{1,2}|::|/)\s+")
_LONGEST = 600


def page_title(tree: Any, stated: Any, meta: Mapping[str, list[str]], publisher: str | None) -> str | None:
    """`stated` is JSON-LD's headline. A heading of the page that agrees with a longer statement is the better one."""
    headings = [_line("".join(element.itertext())) for element in tree.iter("h1")][:10]
    statements = [stated if isinstance(stated, str) else "", *meta.get("og:title", ()), *meta.get("twitter:title", ())]
    statements += ["".join(element.itertext()) for element in tree.iterfind(".//head/title")]
    candidates = [line for statement in statements if (line := _line(html.unescape(statement)))]
    for candidate in candidates:
        shown = next((heading for heading in headings if _begins(candidate, heading)), None)
        if shown:
            return shown
        return _without_site(candidate, publisher)
    return next((heading for heading in headings if heading), None)


def _begins(statement: str, heading: str) -> bool:
    """Whether the heading is the statement, or all of it but a site's name behind a separator."""
    whole, begun = _words(statement), _words(heading)
    if not begun or not whole.startswith(begun):
        return False
    return whole == begun or any(_words(statement[: cut.start()]) == begun for cut in _SEPARATOR.finditer(statement))


def _without_site(title: str, publisher: str | None) -> str:
    cuts = list(_SEPARATOR.finditer(title))
    if not cuts:
        return title
    site = _words(publisher or "")
    for cut in cuts:
        if site and _words(title[cut.end() :]) == site:
            return title[: cut.start()]
    if "»" in cuts[0][0]:
        return title[: cuts[0].start()]
    last = cuts[-1]
    behind = title[last.end() :]
    if (
        last[0].strip() in "|-–—·•"
        and len(behind.split()) <= 4
        and len(title[: last.start()].split()) > len(behind.split())
    ):
        return title[: last.start()]
    return title


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
