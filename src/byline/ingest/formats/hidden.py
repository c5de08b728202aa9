"""Takes out of a page what its reader does not see: how words are shown to a machine and not to a person."""

from __future__ import annotations

import re
from typing import Any

_UNSEEN = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0+)?(?:;|!|\Z)|font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|!|\Z)"
    r"|(?:text-indent|left|top|margin-left):-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%|color:transparent"
    r"|(?:max-)?(?:height|width):[01]?(?:px)?;.*overflow:hidden|overflow:hidden;.*(?:max-)?(?:height|width):[01]?(?:px)?(?:;|\Z)"
)
_STYLE_LENGTH = 2_000


def remove_hidden(tree: Any) -> None:
    """By attribute and inline style; style sheets are not read. The page's frame itself is never taken out."""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "head", "body", "meta", "link"):
            continue
        if _is_hidden(element) and element.getparent() is not None:
            element.drop_tree()


def _is_hidden(element: Any) -> bool:
    if element.tag == "template" or "hidden" in element.attrib:
        return True
    style = element.get("style")
    if not style:
        return False
    return _UNSEEN.search(re.sub(r"\s+", "", style[:_STYLE_LENGTH].lower())) is not None
