"""What the headers of an answer say; none of it is believed further than its spelling allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from byline.ingest.fetch.addresses import WebAddress
from byline.ingest.fetch.answer import Validators

SIZE_LIMIT = 65_536
"""Bytes of all headers together."""

TYPES = (
    *("text/html", "application/xhtml+xml", "application/pdf", "text/plain"),
    *("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"),
    *("application/gzip", "application/x-gzip"),  # sitemaps; nothing else is read from one
)
_VALIDATOR_LENGTH = 1000
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str] | None:
    """The first of each name; None when they are larger than headers are."""
    found: dict[str, str] = {}
    size = 0
    for name, value in raw:
        size += len(name) + len(value) + 4
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1").strip())
    return found if size <= SIZE_LIMIT else None


def media_type(headers: Mapping[str, str]) -> str | None:
    return headers.get("content-type", "").partition(";")[0].strip().lower() or None


def charset(headers: Mapping[str, str]) -> str | None:
    named = _CHARSET.search(headers.get("content-type", ""))
    return named[1] if named else None


def validators(headers: Mapping[str, str], address: WebAddress) -> Validators:
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    return Validators(
        address.url,
        etag if 0 < len(etag) <= _VALIDATOR_LENGTH else None,
        modified if 0 < len(modified) <= _VALIDATOR_LENGTH else None,
    )


def asking_again(held: Validators | None, address: WebAddress) -> dict[str, str]:
    """The headers of a conditional request; none when what is held came from another address."""
    if held is None or held.address != address.url:
        return {}
    given = {"if-none-match": held.etag, "if-modified-since": held.last_modified}
    return {name: value for name, value in given.items() if value}


def location(headers: Mapping[str, str]) -> str | None:
    """Where a redirect leads; servers send UTF-8 there, whatever the standard says."""
    given = headers.get("location", "").encode("latin-1")
    return given.decode("utf-8", "replace") or None


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds, from either spelling; None when it does not say."""
    given = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}", given):
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
