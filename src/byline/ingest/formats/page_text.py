"""The words of an extracted page, one line per heading, paragraph, list item and table row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml.html import HTMLParser, fragment_fromstring

from byline.ingest.formats.hidden import remove_hidden

_BLOCKS = frozenset(
    re.findall(
        r"\S+",
        """article blockquote body code div fw h1 h2 h3 h4 h5 h6 head item li list ol p pre quote row section table tr
        ul""",
    )
)
_ROWS = frozenset(("row", "tr"))
_CELLS = ("cell", "td", "th")
_SILENT = frozenset(("del", "graphic", "script", "style", "template", "noscript"))
_CELL_LENGTH = 200
_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LEVEL = re.compile(r"h([1-6])\Z")


@dataclass(slots=True)
class PageText:
    lines: list[str] = field(default_factory=list)
    length: int = 0
    linked: int = 0
    """Characters in all, and of those inside links."""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def link_share(self) -> float:
        return self.linked / self.length if self.length else 0.0


def page_text(body: Any) -> PageText:
    """Of trafilatura's XML, or of HTML left in it. Iterative: a page may nest deeper than Python's stack."""
    return _Writer().write(body)


def fragment_text(html: str) -> str:
    """The visible words of a piece of HTML, such as a feed's entry; of plain text, itself."""
    if "<" not in html:
        return html
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        tree = fragment_fromstring(_UNPARSABLE.sub("", html).encode(), create_parent="div", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    remove_hidden(tree)
    return page_text(tree).text


class _Writer:
    def __init__(self) -> None:
        self._page = PageText()
        self._line: list[str] = []
        self._mark = ""
        self._links = self._silent = self._rows = 0

    def write(self, body: Any) -> PageText:
        for event, element in etree.iterwalk(body, events=("start", "end", "comment", "pi")):
            if event == "start":
                self._start(element)
                self._add(element.text)
            else:
                if event == "end":
                    self._end(element)
                if element is not body:
                    self._add(element.tail)
        self._flush()
        return self._page

    def _start(self, element: Any) -> None:
        name = element.tag
        if name in _SILENT:
            self._silent += 1
        elif name in ("ref", "a"):
            self._links += 1
        elif name in _ROWS and _is_data(element):
            self._flush()
            self._rows += 1
        elif name in _CELLS and self._rows and any(part.strip() for part in self._line):
            self._line.append(" | ")
        elif name in ("lb", "br", "hr"):
            self._break()
        elif name in _BLOCKS or name in _CELLS:
            self._break()
            self._mark = _mark(element) or self._mark

    def _end(self, element: Any) -> None:
        name = element.tag
        if name in _SILENT:
            self._silent -= 1
        elif name in ("ref", "a"):
            self._links -= 1
        elif name in _ROWS and self._rows and _is_data(element):
            self._rows -= 1
            self._flush()
        elif name in _BLOCKS or name in _CELLS:
            self._break()
            if _mark(element):
                self._mark = ""

    def _break(self) -> None:
        if self._rows:
            self._line.append(" ")
        else:
            self._flush()

    def _add(self, text: str | None) -> None:
        if not text or self._silent:
            return
        self._line.append(text)
        length = len(text.strip())
        self._page.length += length
        self._page.linked += length if self._links else 0

    def _flush(self) -> None:
        words = " ".join("".join(self._line).split())
        self._line.clear()
        if words:
            self._page.lines.append(self._mark + words)
            self._mark = ""


def _mark(element: Any) -> str:
    level = _LEVEL.match(element.get("rend") or "h2") if element.tag == "head" else _LEVEL.match(element.tag)
    if level:
        return "#" * int(level[1]) + " "
    return "- " if element.tag in ("item", "li") else ""


def _is_data(row: Any) -> bool:
    """A row of figures or names, to be kept on one line; long cells mean that the table only lays out the page."""
    cells = list(row.iter(*_CELLS))
    return len(cells) > 1 and all(len("".join(cell.itertext())) < _CELL_LENGTH for cell in cells)
