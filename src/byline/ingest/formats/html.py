"""A web page → its article. trafilatura finds the text; what the page states about itself is read here.

Foreign bytes: `sandbox.py` runs this in a child process. What comes out is cleaned like any other input.
"""

from __future__ import annotations

import itertools
import re
from html import escape
from typing import Any

import htmldate
import trafilatura
from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from byline.ingest.formats.hidden import remove_hidden
from byline.ingest.formats.linked_data import ARTICLES, LinkedData, types
from byline.ingest.formats.page_fields import page_fields
from byline.ingest.formats.page_text import PageText, page_text
from byline.ingest.formats.parsed import Parsed, Unreadable, article_of
from byline.ingest.limited.gunzip import UNPACKED_LIMIT, gunzip, is_gzip
from byline.ingest.text.decode import decode
from byline.types import Article, Rejected

_SHORT = 250
"""Characters below which a page with much around them must say that it is an article to be taken for one."""
_MUCH = 5_000
_STUB = 1_200
_LINKED = 0.6
_LINKS = 2_000
_MENU = 10_000
_REFRESH = re.compile(r"\s*(\d+)\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
_ENCODING = re.compile(r"\A\s*<\?xml[^>]*\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_page(
    data: bytes, origin: str, *, url: str | None = None, charset: str | None = None, fallback_id: str | None = None
) -> Article | Rejected:
    """In this process, without limits; `Sandbox.read_page` is the same with them."""
    try:
        parsed = parse_page(data, url=url, charset=charset)
    except Unreadable as error:
        return error.rejected(origin)
    return article_of(parsed, origin, fallback_id or url or origin)


def parse_page(data: bytes, *, url: str | None = None, charset: str | None = None) -> Parsed:
    """`data` may be gzipped. Raises Unreadable when there is no article in it."""
    if is_gzip(data):
        data = gunzip(data)
    if len(data) > UNPACKED_LIMIT:
        raise Unreadable(
            f"is larger than {UNPACKED_LIMIT // 1_000_000} MB", "save the article without what is around it"
        )
    if not data.strip():
        raise Unreadable("is empty", "remove it, or save the page again")
    decoded = decode(data, charset)
    if decoded is None:
        raise Unreadable("is a binary file, or in an encoding that cannot be told", "save it as UTF-8")
    tree = _tree(decoded.text)
    linked = LinkedData("".join(script.itertext()) for script in tree.iter("script") if _is_linked_data(script))
    fields = page_fields(tree, linked, url)
    if fields["published"] is None:
        fields["published"] = _date_by_search(tree, url)
    leads_on = _leads_on(tree)
    links = _link_words(tree)
    says_article = len(decoded.text) < _MUCH or _says_article(tree, linked)
    remove_hidden(tree)
    found = _text(tree, url)
    text = _complete(found, linked)
    _require_article(text, max(found.linked, _covered(text, links)), linked, says_article, leads_on)
    return Parsed(
        {name: value for name, value in fields.items() if value}, text, (decoded.note,) if decoded.note else ()
    )


def _tree(text: str) -> Any:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    text = _FORBIDDEN.sub("", _ENCODING.sub("", text))
    try:
        tree = document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Unreadable("has no HTML in it", "remove it, or save the page again") from None
    if tree.find("body") is None:
        raise Unreadable("has no body", "remove it, or save the page again")
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        # libxml2 stops there, and what comes after is lost without a word.
        raise Unreadable("is nested more than 256 elements deep", "save the article as Markdown or text")
    return tree


def _is_linked_data(script: Any) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _text(tree: Any, url: str | None) -> PageText:
    found = trafilatura.bare_extraction(
        tree, url=url, include_comments=False, include_links=True, include_formatting=False
    )
    if found is None or isinstance(found, dict) or found.body is None:
        return PageText()
    return page_text(found.body)


def _complete(found: PageText, linked: LinkedData) -> str:
    """The text of the page, or what the page states as its text where a program would have to put it there first."""
    article = linked.article()
    body = article.get("articleBody")
    if isinstance(body, str) and len(found.text) < _SHORT < len(body) and not _is_locked(article):
        return body
    return found.text


def _is_locked(article: Any) -> bool:
    return str(article.get("isAccessibleForFree", "")).strip().lower() in ("false", "0", "no")


def _says_article(tree: Any, linked: LinkedData) -> bool:
    if types(linked.article()) & ARTICLES:
        return True
    named = [element.get("content") or "" for element in tree.iter("meta") if element.get("property") == "og:type"]
    return any("article" in name.lower() for name in named) or len(list(tree.iter("article"))) == 1


def _leads_on(tree: Any) -> str | None:
    """The address a page sends its reader to at once."""
    for element in tree.iter("meta"):
        refresh = (
            _REFRESH.match(element.get("content") or "") if element.get("http-equiv", "").lower() == "refresh" else None
        )
        if refresh and int(refresh[1][:9]) <= 10:
            return refresh[2][:200]
    return None


def _link_words(tree: Any) -> list[str]:
    """What the page's links say: where no article is found, what is left of a page is its menus."""
    found = (" ".join("".join(link.itertext()).split()) for link in itertools.islice(tree.iter("a"), _LINKS))
    return sorted({words for words in found if len(words) > 3}, key=len, reverse=True)


def _covered(text: str, links: list[str]) -> int:
    """How many characters of a short text are a link's words. A long text is no menu."""
    if len(text) > _MENU:
        return 0
    rest = " ".join(text.split())
    whole = len(rest)
    for words in links:
        rest = rest.replace(words, "")
    return whole - len(rest)


def _require_article(text: str, linked: int, data: LinkedData, says_article: bool, leads_on: str | None) -> None:
    own, article = len(text) - linked, data.article()
    if own < _SHORT and leads_on:
        raise Unreadable(f"only leads on to {leads_on}", "save that page instead")
    if own < _STUB and _is_locked(article):
        raise Unreadable("shows only the start of its article, the rest is for subscribers", "save it while signed in")
    if not any(map(str.isalnum, text)):
        raise Unreadable("has no text", "remove it, or save the page once its text is shown")
    if data.lists_articles() or (linked > _LINKED * len(text) and linked > _SHORT and not types(article) & ARTICLES):
        raise Unreadable("has no article in it, only links", "save the articles themselves, once their text is shown")
    if own < _SHORT and not says_article:
        raise Unreadable("has no article in it", "remove it, or save the page once its text is shown")


def _date_by_search(tree: Any, url: str | None) -> str | None:
    """What htmldate finds: in a `<time>` in some language's words, else in marked-up places.

    Its search through running text is off: there it guesses.
    """
    try:
        written = {day for words in _times_in_words(tree) if (day := htmldate.find_date(words, original_date=True))}
        if len(written) == 1:
            return written.pop()
        return htmldate.find_date(
            tree, extensive_search=False, original_date=True, url=url, deferred_url_extractor=True
        )
    except Exception:  # a date is not worth an article, whatever a library makes of a broken page
        return None


def _times_in_words(tree: Any) -> list[str]:
    found = [element.get("datetime") or "" for element in tree.iter("time") if element.get("datetime")]
    return [f"<html><body><p>{escape(words)}</p></body></html>" for words in found[:3] if len(words) < 60]
