"""What a page states about its article: JSON-LD first, then meta tags, then what stands in the page.

A field that is stated several times is taken from where publishers mean it for machines; one that is stated nowhere is
left out, except the date, for which `html.py` has a last resort.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from byline.ingest.formats.dates import parse_date
from byline.ingest.formats.fields import web_address
from byline.ingest.formats.linked_data import LinkedData, kind_of
from byline.ingest.formats.page_title import page_title

_PUBLISHED = (
    *("article:published_time", "article:published", "datepublished", "og:article:published_time", "og:published_time"),
    *("pubdate", "publishdate", "publish-date", "publication_date", "published_time", "parsely-pub-date"),
    *(
        "sailthru.date",
        "dc.date.issued",
        "dcterms.issued",
        "dcterms.created",
        "dc.date",
        "dcterms.date",
        "article.published",
    ),
    *(
        "cxenseparse:recs:publishtime",
        "citation_publication_date",
        "date",
        "article_date_original",
        "originalpublicationdate",
    ),
)
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "lastmod", "last-modified")
_AUTHORS = ("author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "article:author", "byl")
_PUBLISHERS = ("og:site_name", "publisher", "dc.publisher", "application-name", "apple-mobile-web-app-title")
_SECTIONS = ("article:section", "parsely-section", "section", "sailthru.section")
_LANGUAGES = ("content-language", "language", "dc.language", "og:locale")
_KIND_WORDS = {
    "opinion": re.compile(r"\b(?:opinions?|op-?eds?|commentary|comment|editorials?|columns?|columnists?|letters)\b"),
    "analysis": re.compile(r"\banalys[ei]s\b"),
    "explainer": re.compile(r"\bexplain(?:ers?|ed)\b"),
}
_URL_DATE = re.compile(r"/(20\d\d|19\d\d)/(\d{1,2})/(\d{1,2})(?=/|-|\Z)")
_LONGEST = 5_000


def page_fields(tree: Any, data: LinkedData, url: str | None) -> dict[str, Any]:
    """Fields as in front matter; only what the page states, as text."""
    article, page = data.article(), data.page()
    meta = _meta(tree)
    address = _address(tree, article, meta, url)
    publisher = _first(_name(data.resolve(article.get("publisher"))), _metas(meta, _PUBLISHERS))
    section = _first(_section(article.get("articleSection")), _metas(meta, _SECTIONS))
    published = _date(
        [article.get("datePublished")], _metas(meta, _PUBLISHED), _times(tree), [page.get("datePublished")],
        [article.get("dateCreated"), article.get("uploadDate")], [_date_in(address)],
    )  # fmt: skip
    return {
        "title": page_title(tree, article.get("headline") or article.get("name"), meta, publisher),
        "url": address,
        "published": published,
        "modified": _modified(
            published, _date([article.get("dateModified")], _metas(meta, _MODIFIED), [page.get("dateModified")])
        ),
        "authors": _authors(data.resolve(article.get("author") or article.get("creator")), meta, tree),
        "publisher": publisher,
        "section": section,
        "language": _first(
            tree.get("lang"), tree.get("xml:lang"), _name(article.get("inLanguage")), _metas(meta, _LANGUAGES)
        ),
        "kind": _kind(section, address) or kind_of(article),
    }  # fmt: skip


def _meta(tree: Any) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content and len(content) < _LONGEST:
                found.setdefault(name, []).append(content)
    return found


def _metas(meta: Mapping[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from meta.get(name, ())


def _first(*candidates: Any) -> str | None:
    for candidate in candidates:
        values = [candidate] if isinstance(candidate, str) or candidate is None else candidate
        for value in values:
            if isinstance(value, str) and value.strip():
                return value.strip()
    return None


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        return next(filter(None, map(_name, value)), None)
    if isinstance(value, Mapping):
        return _name(value.get("name"))
    return value if isinstance(value, str) and len(value) < _LONGEST else None


def _section(value: Any) -> str | None:
    return _name([part for part in value if part] if isinstance(value, list) else value)


def _date(*candidates: Iterable[Any]) -> Any:
    """The first that names one moment; years that stand for "not known" name none."""
    return next((value for group in candidates for value in group if _usable(value)), None)


def _usable(value: Any) -> bool:
    found = parse_date(value)
    return found is not None and found.year > 1800 and (found.year, found.month, found.day) != (1970, 1, 1)


def _modified(published: Any, modified: Any) -> Any:
    before, after = parse_date(published), parse_date(modified)
    return modified if after and (before is None or after >= before) else None


def _times(tree: Any) -> Iterator[str]:
    """`<time>`: one that says it is the publication's, else those of the article, when they name one day."""
    own: list[str] = []
    for element in tree.iter("time"):
        value = element.get("datetime") or " ".join("".join(element.itertext()).split())
        marked = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        if element.get("pubdate") is not None or "publish" in marked or "entry-date" in marked:
            yield value
        elif not any(above.tag in ("aside", "footer", "nav", "li") for above in element.iterancestors()):
            own.append(value)
    for element in tree.iter("span", "div", "p", "meta"):
        if (element.get("itemprop") or "").lower() == "datepublished":
            yield element.get("content") or " ".join("".join(element.itertext()).split())[:100]
    days = [day.date() for day in map(parse_date, own[:50]) if day]
    if days and (len(set(days)) == 1 or len(days) <= 2):
        yield from own


def _date_in(address: str | None) -> str | None:
    found = _URL_DATE.search(urlsplit(address).path) if address else None
    return f"{found[1]}-{found[2]}-{found[3]}" if found else None


def _authors(stated: Any, meta: Mapping[str, list[str]], tree: Any) -> Any:
    named = [name for part in (stated if isinstance(stated, list) else [stated]) if (name := _name(part))]
    if not named:
        named = [value for value in _metas(meta, _AUTHORS)]
    if not named:
        marked = tree.xpath("//*[@rel='author' or @itemprop='author'][not(ancestor::aside or ancestor::footer)]")
        named = [" ".join("".join(element.itertext()).split()) for element in marked[:5]]
    names = [name for name in dict.fromkeys(named) if _is_name(name)]
    # Several in one string are taken apart by whoever reads front matter.
    return names[0] if len(names) == 1 else names


def _is_name(name: str) -> bool:
    return (
        1 < len(name.strip()) <= 200 and "@" not in name and "//" not in name and name.lower() not in ("admin", "null")
    )


def _address(tree: Any, article: Mapping[str, Any], meta: Mapping[str, list[str]], url: str | None) -> str | None:
    """Where the page wants to be cited, if that is a page of the same site; else where it came from."""
    stated: list[Any] = [
        element.get("href") for element in tree.iter("link") if (element.get("rel") or "").lower() == "canonical"
    ]
    stated += [*_metas(meta, ("og:url",)), article.get("url"), article.get("mainEntityOfPage")]
    for value in stated[:10]:
        value = value.get("@id") if isinstance(value, Mapping) else value
        if not isinstance(value, str) or not value.strip():
            continue
        try:
            address = web_address(urljoin(url or "", value.strip()).partition("#")[0])
            if address and urlsplit(address).path.strip("/") and (url is None or _site(address) == _site(url)):
                return address
        except ValueError:
            continue
    return url


def _site(address: str) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", (urlsplit(address).hostname or "").lower())


def _kind(section: str | None, address: str | None) -> str | None:
    words = f"{section or ''} {urlsplit(address).path.rpartition('/')[0] if address else ''}".lower().replace("_", "-")
    found: Callable[[str], bool] = lambda kind: _KIND_WORDS[kind].search(words) is not None  # noqa: E731
    return next(filter(found, _KIND_WORDS), None)
