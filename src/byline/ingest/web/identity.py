"""Which article a page is: the same one from a feed, from its page and after a redirect, and never another site's."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from byline.ingest.fetch.addresses import ForbiddenAddressError, WebAddress, web_address_of
from byline.ingest.formats.fields import identifier
from byline.types import Article

_TRACKING = re.compile(
    r"utm_\w+|mc_[ce]id|(?:fb|g|dc|gb|ms|y|tt|tw)clid|gclsrc|wbraid|gbraid|igshid|_ga|_gl|cmpid|ns_\w+|at_\w+|xtor|srsltid"
)
_VARIANT = re.compile(r"\A(?:www|m|mobile|amp)\.")


def identified(article: Article, fetched_from: WebAddress) -> Article:
    """With its canonical address as its url, and as its id but for the scheme.

    A page is believed about its address only within its own site, and not when it names the home page, which is a
    common mistake: otherwise one page could take the place of another publisher's article.
    """
    address = _canonical(article.ref.url, fetched_from) or _without_tracking(fetched_from)
    plain = replace(address, scheme="https", port=443) if address.port in (80, 443) else address
    return replace(article, ref=replace(article.ref, id=identifier(plain.url) or plain.url, url=address.url))


def _canonical(url: str | None, fetched_from: WebAddress) -> WebAddress | None:
    if url is None:
        return None
    try:
        named = web_address_of(url)
    except ForbiddenAddressError:
        return None
    if _VARIANT.sub("", named.host) != _VARIANT.sub("", fetched_from.host):
        return None
    if urlsplit(named.target).path == "/" and urlsplit(fetched_from.target).path != "/":
        return None
    return _without_tracking(named)


def _without_tracking(address: WebAddress) -> WebAddress:
    parts = urlsplit(address.target)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name.lower())]
    if len(kept) == len(pairs):
        return address
    return replace(address, target=parts.path + (f"?{urlencode(kept)}" if kept else ""))
