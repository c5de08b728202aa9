"""Text and addresses that came from outside, made safe to put in a page.

The chat page passes everything through a Markdown parser and a sanitiser before the browser sees it. So every ASCII
punctuation character becomes a numeric entity: neither HTML, Markdown, LaTeX (`$`) nor an autolinker finds anything
to act on, and there is no list of dangerous characters to keep complete.
"""

from __future__ import annotations

import string

from byline.links import plain as plain
from byline.links import safe_url as safe_url
from byline.links import text_fragment as text_fragment
from byline.links import url_at as url_at

_ENTITIES = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}


def escape(text: str) -> str:
    """One line of text as text, whatever HTML or Markdown it holds; also safe as a double-quoted attribute."""
    return plain(text).translate(_ENTITIES)


def link(url: str | None, label: str, *, css: str = "") -> str:
    """A link when `url` may be one, else the label alone. `url` must come from `safe_url` or `url_at`."""
    attributes = f' class="{css}"' if css else ""
    if url is None:
        return f"<span{attributes}>{escape(label)}</span>"
    return f'<a{attributes} href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(label)}</a>'
