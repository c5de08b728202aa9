"""Takes leftover HTML and Markdown out of prose, one layer at a time.

Not an HTML parser (pages are read in `html.py`): only what survives in feeds, exports and copied text. What is not
clearly markup stays: `a < b`, `5 * 3 * 2`, `snake_case`, `f***ing`, `@_handle_`. Every pattern is linear in its input.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_BREAKING = frozenset(
    re.findall(
        r"\S+",
        """address article aside blockquote br center dd details div dl dt fieldset figcaption figure footer form header
        hr li main nav ol option p pre section select summary table tbody td tfoot th thead tr ul""",
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_VANISHING = frozenset(
    re.findall(
        r"\S+",
        """a abbr acronym amp-ad amp-embed amp-img applet area audio b base bdi bdo big body button canvas caption cite
        code col colgroup data del dfn dir em embed font frame frameset head html i iframe img input ins kbd label
        legend link map mark meta noscript object param path picture q s samp script small source span strike strong
        style sub sup svg template textarea time title track tt u use var video wbr""",
    )
)
_FLAGS = (
    "allowfullscreen|async|autoplay|checked|controls|defer|disabled|hidden|itemscope|loop|muted|nowrap|open|playsinline"
    "|required"
)
_ATTRIBUTE = (
    r"""\s++(?:[A-Za-z_:@][\w:.-]*+\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>=`]++)"""
    rf"|(?:{_FLAGS})(?![\w-]))"
)
_TAG = re.compile(rf"</?([A-Za-z][A-Za-z0-9-]*+)(?:{_ATTRIBUTE})*+\s*+/?>")
_HIDDEN_START = re.compile(r"<!--|<!\[CDATA\[|<!doctype\b|<(script|style)(?=[\s>])", re.IGNORECASE)

_IMAGE = re.compile(r"!\[[^\[\]\n]*+\](?:\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)|\[[^\[\]\n]*+\])")
_LINK = re.compile(
    r"""\[([^\[\]\n]*+)\]\(\s*+<?(?=[^\s()<>/.#:]*+[/.#:])[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*+>?(?:\s++(?:"[^"\n]*+"|'[^'\n]*+'))?\s*+\)"""
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]++)>")

_OPENS = r"""(?<![\w@/#.:\\*_~`-])"""
_FIRST = r"""(?=[\w"'“‘«(\[$£€₹#@*_~`-])"""
_LAST = r"""(?<![\s“‘«(\[])"""
_STARS = re.compile(rf"(?<![\w*])(\*{{1,3}})(?!\*){_FIRST}([^*\n]++){_LAST}\1(?![\w*])")
_UNDERSCORES = re.compile(rf"{_OPENS}(_{{1,3}})(?!_){_FIRST}((?:[^_\n]|(?<=[^\W_])_(?=[^\W_]))++){_LAST}\1(?!\w)")
_STRUCK = re.compile(rf"(?<![\w~])(~~)(?!~){_FIRST}([^~\n]++){_LAST}\1(?![\w~])")
_CODE = re.compile(r"(?<![\w`])(`{1,2})(?![`\s])([^`\n]++)(?<!\s)\1(?![\w`])")

_AMPERSANDS = re.compile(r"&(?:(?:amp|#0{0,9}38|#[xX]0{0,9}26);)++", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

_DELIMITERS = re.compile(r"[<>&*_~`\[\]]")


def _spaced(tag: re.Match[str]) -> str:
    name, opens = tag[1].lower(), tag[0][1] != "/"
    if name in _BREAKING:
        return "\n\n- " if name == "li" and opens else "\n\n"
    if name in _HEADINGS:
        return "\n\n" + "#" * int(name[1]) + " " if opens else "\n\n"
    return "" if name in _VANISHING else tag[0]


def _without_hidden(text: str) -> Iterator[str]:
    """Comments, scripts and styles have no words for a reader. One that never closes stays: prose would go with it."""
    at = 0
    unclosed: set[str] = set()
    lowered = text.lower()
    for start in _HIDDEN_START.finditer(lowered):
        if start.start() < at:
            continue
        closer = f"</{start[1]}" if start[1] else {"<!--": "-->", "<![cdata[": "]]>"}.get(start[0], ">")
        end = -1 if closer in unclosed else lowered.find(closer, start.end())
        if end < 0:
            unclosed.add(closer)
            continue
        yield text[at : start.start()]
        if start[0] == "<![cdata[":
            yield text[start.end() : end]
        at = end + len(closer)
        if start[1]:
            close = lowered.find(">", at, at + 100)
            at = close + 1 if close >= 0 else at
    yield text[at:]


def strip_markup(text: str) -> str:
    """`text` with one layer of markup gone. Nested markup needs another call: repeat until nothing changes."""
    if "<" in text:
        if len(text.lower()) == len(text):
            text = "".join(_without_hidden(text))
        text = _AUTOLINK.sub(r"\1", _TAG.sub(_spaced, text))
    if "](" in text or "![" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    for mark, pattern in (("*", _STARS), ("_", _UNDERSCORES), ("~~", _STRUCK), ("`", _CODE)):
        if mark in text:
            text = pattern.sub(r"\2", text)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), _AMPERSANDS.sub("&", text))
    return text


def defuse(text: str) -> str:
    """The end of patience with markup nested in markup: its delimiters go, every word stays."""
    return _DELIMITERS.sub("", text)
