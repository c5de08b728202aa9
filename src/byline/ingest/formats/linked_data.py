"""What a page says of itself in JSON-LD: its article, whatever shape and however broken the JSON is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from byline.ingest.formats.dates import parse_date

Node = Mapping[str, Any]

ARTICLES = frozenset(
    re.findall(
        r"\S+",
        """advertisercontentarticle analysisnewsarticle article askpublicnewsarticle backgroundnewsarticle blogposting
        claimreview liveblogposting newsarticle opinionnewsarticle reportagenewsarticle report reviewnewsarticle
        satiricalarticle scholarlyarticle socialmediaposting techarticle discussionforumposting review""",
    )
)
_PAGES = frozenset(("webpage", "itempage", "aboutpage", "faqpage", "qapage", "medicalwebpage"))
_LISTS = frozenset(("collectionpage", "searchresultspage", "profilepage", "contactpage"))
# What stands under these is another article, a picture, a comment.
_OTHERS = frozenset(
    re.findall(
        r"\S+",
        """about associatedmedia breadcrumb comment haspart image isbasedon isrelatedto itemlistelement
        liveblogupdate logo mentions potentialaction primaryimageofpage publisher relatedlink review video author""",
    )
)
_KINDS = {
    "opinionnewsarticle": "opinion",
    "reviewnewsarticle": "opinion",
    "analysisnewsarticle": "analysis",
    "backgroundnewsarticle": "explainer",
    "askpublicnewsarticle": "news",
    "reportagenewsarticle": "news",
    "newsarticle": "news",
    "liveblogposting": "news",
}
_SCRIPT_LIMIT = 2_000_000
_NODES = 5_000
_WRAPPING = re.compile(r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)?\s*")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BARE = re.compile(r'"(headline|datePublished|dateModified|articleSection)"\s*:\s*"((?:[^"\\\n]|\\.){1,600})"')


class LinkedData:
    """All nodes of a page's scripts, and the one that is its article."""

    def __init__(self, scripts: Iterable[str]) -> None:
        self._nodes: list[tuple[Node, bool]] = []
        self._loose: dict[str, str] = {}
        for script in scripts:
            if len(script) > _SCRIPT_LIMIT:
                continue
            parsed = list(_values(script))
            if parsed:
                self._collect(parsed)
            else:
                for name, value in _BARE.findall(script):
                    self._loose.setdefault(name, _unescaped(value))
        self._by_id = {str(node["@id"]): node for node, _ in self._nodes if "@id" in node and len(node) > 1}

    def _collect(self, values: list[Any]) -> None:
        waiting = [(value, True) for value in reversed(values)]
        while waiting and len(self._nodes) < _NODES:
            value, own = waiting.pop()
            if isinstance(value, list):
                waiting.extend((part, own) for part in reversed(value))
            elif isinstance(value, Mapping):
                self._nodes.append((value, own))
                waiting.extend(
                    (part, own and str(key).lower() not in _OTHERS)
                    for key, part in reversed(list(value.items()))
                    if isinstance(part, list | Mapping)
                )

    def article(self) -> Node:
        """The page's own article: the first that has a headline and a date, else as much of one as there is."""
        found = [node for node, own in self._nodes if own and types(node) & ARTICLES]
        if not found:
            return self._loose
        return max(found, key=lambda node: bool(node.get("headline")) + bool(parse_date(node.get("datePublished"))))

    def page(self) -> Node:
        return next((node for node, own in self._nodes if own and types(node) & _PAGES), {})

    def lists_articles(self) -> bool:
        """Whether the page says that it is a list of articles or a profile, and of no article that it is it."""
        named = {name for node, own in self._nodes if own for name in types(node)}
        return bool(named & _LISTS) and not named & ARTICLES

    def resolve(self, value: Any) -> Any:
        """The node that `{"@id": …}` refers to, also in a list; anything else as it is."""
        if isinstance(value, list):
            return [self.resolve(part) for part in value[:100]]
        if isinstance(value, Mapping) and "@id" in value and "name" not in value:
            return self._by_id.get(str(value["@id"]), value)
        return value


def types(node: Node) -> set[str]:
    named = node.get("@type")
    names = named if isinstance(named, list) else [named]
    return {name.rpartition("/")[2].lower() for name in names if isinstance(name, str)}


def kind_of(node: Node) -> str | None:
    return next((_KINDS[name] for name in _KINDS if name in types(node)), None)


def _values(script: str) -> Iterator[Any]:
    """Every JSON value in a script, one after the other; none when it is beyond repair."""
    text = script[_WRAPPING.match(script).end() :]  # type: ignore[union-attr]  # it matches the empty string
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text)):
        found: list[Any] = []
        at = 0
        decoder = json.JSONDecoder(strict=False)
        try:
            while at < len(candidate) and len(found) < 100:
                value, at = decoder.raw_decode(candidate, at)
                found.append(value)
                at += len(candidate[at:]) - len(candidate[at:].lstrip(" \t\r\n;,"))
                if candidate[at : at + 1] not in ("{", "["):
                    break
        except (ValueError, RecursionError):
            continue
        yield from found
        return


def _unescaped(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value
