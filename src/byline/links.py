"""Addresses that came from outside, made safe to become links; and links that open an article at its quoted words.

Pure.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

# Past this a fragment names its first and last words: an exact match breaks at the first tag inside the quote.
EXACT_FRAGMENT_CHARACTERS = 120
FRAGMENT_WORDS = 6

_LINK_SAFE = ":/?#[]@!$&*+,;=%-._~"


def plain(text: str) -> str:
    """One line, no control characters."""
    return " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in text).split())


def safe_url(url: str | None) -> str | None:
    """An http(s) address that may become a link, percent-encoded; None for everything else."""
    if not url or re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
    except ValueError:
        return None
    # `https://publisher.example@elsewhere.example` shows one name and opens another.
    if parts.scheme.lower() not in {"http", "https"} or not host or user is not None:
        return None
    return quote(url, safe=_LINK_SAFE)


def text_fragment(words: str) -> str:
    """`text=…` that makes a browser open a page at these words (WICG text fragments); empty when there are none.

    `-`, `,` and `&` separate the parts of a fragment, so they are encoded too.
    """
    lines = [line.split() for line in words.splitlines() if line.strip()]
    if not lines:
        return ""
    if len(lines) == 1 and len(plain(words)) <= EXACT_FRAGMENT_CHARACTERS:
        return f"text={_encode(plain(words))}"
    start, end = lines[0][:FRAGMENT_WORDS], lines[-1][-FRAGMENT_WORDS:]
    if len(lines) == 1 and len(lines[0]) < 2 * FRAGMENT_WORDS:  # a few very long words: the two ends would overlap
        return f"text={_encode(plain(words))}"
    return f"text={_encode(' '.join(start))},{_encode(' '.join(end))}"


def url_at(url: str | None, words: str) -> str | None:
    """The address of a page at these words of it, or None when it must not become a link."""
    base, fragment = safe_url(url), text_fragment(words)
    if base is None or not fragment:
        return base
    return f"{base}{'' if '#' in base else '#'}:~:{fragment}"


def _encode(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D")
