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
    for statement in statements:
        if candidate := _line(html.unescape(statement)):
            shown = next((heading for heading in headings if _begins(candidate, heading)), None)
            return shown or _without_site(candidate, publisher)
    for element in tree.iterfind(".//head/title"):
        if candidate := _line("".join(element.itertext())):
            shown = next((heading for heading in headings if _begins(candidate, heading)), None)
            return shown or _without_any_site(_without_site(candidate, publisher))
    return next((heading for heading in headings if heading), None)


def _begins(statement: str, heading: str) -> bool:
    """Whether the heading is the statement, or all of it but a site's name behind a separator."""
    whole, begun = _words(statement), _words(heading)
    if not begun or not whole.startswith(begun):
        return False
    return whole == begun or any(_words(statement[: cut.start()]) == begun for cut in _SEPARATOR.finditer(statement))


def _without_site(title: str, publisher: str | None) -> str:
    site = _words(publisher or "").replace(" ", "")
    cuts = _SEPARATOR.finditer(title)
    return next(
        (title[: cut.start()] for cut in cuts if site and _words(title[cut.end() :]).replace(" ", "") == site), title
    )


def _without_any_site(title: str) -> str:
    """The title of the browser's window nearly always ends with a site; one that is stated for machines does not."""
    cuts = list(_SEPARATOR.finditer(title))
    if not cuts:
        return title
    if "»" in cuts[0][0]:
        return title[: cuts[0].start()]
    before, behind = title[: cuts[-1].start()], title[cuts[-1].end() :]
    is_site = cuts[-1][0].strip() in "|-–—·•" and len(behind.split()) <= 4 and len(before.split()) > len(behind.split())
    return before if is_site else title


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
