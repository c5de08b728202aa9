"""A web page → its article. trafilatura finds the text; what the page states about itself is read here.

Foreign bytes: `sandbox.py` runs this in a child process. What comes out is cleaned like any other input.
"""

from __future__ import annotations

import re
from typing import Any

import htmldate
import trafilatura
from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from byline.ingest.decode import decode
from byline.ingest.gunzip import UNPACKED_LIMIT, gunzip, is_gzip
from byline.ingest.hidden import remove_hidden
from byline.ingest.linked_data import ARTICLES, LinkedData, types
from byline.ingest.page_fields import page_fields
from byline.ingest.page_text import PageText, page_text
from byline.ingest.parsed import Parsed, Unreadable, article_of
from byline.types import Article, Rejected

_DEPTH = 500
_SHORT = 250
"""Characters below which a page must say that it is an article to be taken for one."""
_STUB = 1_200
_LINKED = 0.6
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
    says_article = _says_article(tree, linked)
    remove_hidden(tree)
    found = _text(tree, url)
    text = _complete(found, linked)
    _require_article(found, text, linked, says_article, leads_on)
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
    if _depth(tree) > _DEPTH:
        raise Unreadable(f"is nested more than {_DEPTH} elements deep", "save the article as Markdown or text")
    return tree


def _depth(tree: Any) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


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


def _require_article(found: PageText, text: str, linked: LinkedData, says_article: bool, leads_on: str | None) -> None:
    if len(text) < _SHORT and leads_on:
        raise Unreadable(f"only leads on to {leads_on}", "save that page instead")
    if len(text) < _STUB and _is_locked(linked.article()):
        raise Unreadable("shows only the start of its article, the rest is for subscribers", "save it while signed in")
    if not any(map(str.isalnum, text)) or (len(text) < _SHORT and not says_article):
        raise Unreadable("has no article in it", "remove it, or save the page once its text is shown")
    if linked.lists_articles() or (found.link_share > _LINKED and not types(linked.article()) & ARTICLES):
        raise Unreadable("is a list of links to articles, not an article", "save the articles themselves")


def _date_by_search(tree: Any, url: str | None) -> str | None:
    """What htmldate finds in marked-up places; its search through running text is off: it guesses."""
    try:
        return htmldate.find_date(
            tree, extensive_search=False, original_date=True, url=url, deferred_url_extractor=True
        )
    except Exception:  # a date is not worth an article, whatever a library makes of a broken page
        return None
