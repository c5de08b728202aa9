"""Which characters a canonical text may hold.

Invisible ones are how words get hidden from a reader and shown to a machine, and how two equal sentences compare
unequal, so they go. Joiners stay where writing needs them: inside Arabic, Indic and similar scripts, and inside emoji.
"""

from __future__ import annotations

import re
import unicodedata

import regex  # type: ignore[import-untyped]

_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[\t \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_NONCHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_FORBIDDEN = re.compile(
    "["
    "\xad\u034f\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffc"  # zero width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction overrides
    "\U000e0000-\U000e00ff"  # tags
    "\ufdd0-\ufdef" + _NONCHARACTERS + "]"
)

_VARIATION = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_JOINERS = "\u180e\u200c\u200d"
_JOINING_SCRIPTS = (
    "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18aa\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
)
_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PICTURES = "\u203c-\u3299\U0001f000-\U0001faff"

_INVISIBLE = re.compile(f"[{_VARIATION}{_JOINERS}]")
_INVISIBLE_RUN = re.compile(f"[{_VARIATION}{_JOINERS}]{{2,}}")
# U+FE00-FE0F may follow anything visible; the 240 supplementary selectors belong to ideographs, elsewhere they smuggle.
_STRAY_VARIATION = re.compile(f"(?:^|(?<=\\s))[{_VARIATION}]|(?<![{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]", re.MULTILINE)
_STRAY_JOINER = re.compile(
    f"(?<![{_JOINING_SCRIPTS}])(?:[\u180e\u200c]|\u200d(?!(?<=[{_PICTURES}\ufe0f]\u200d)[{_PICTURES}]))"
)
# Normalising is quadratic in a run of combining marks (measured: 8 CPU-s for 100 kB); no writing stacks so many.
_MARK_RUN = regex.compile(r"(\p{M}{10})\p{M}+")


def _shortest(run: re.Match[str]) -> str:
    return run[0][: 2 if run[0].startswith("\ufe0f\u200d") else 1]


def clean_characters(raw: str) -> str:
    """`raw` in NFC: `\\n` its only line break, single spaces its only blanks, and no character that hides."""
    return _BLANKS.sub(" ", visible_characters(raw))


def visible_characters(raw: str) -> str:
    """The same with blanks as they are, for text whose indentation means something."""
    text = _LINE_BREAK.sub("\n", raw)
    if not text.isascii():
        text = _clean_beyond_ascii(text)
    return _CONTROL.sub("", text)


def _clean_beyond_ascii(text: str) -> str:
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _FORBIDDEN.sub("", text)
    if _INVISIBLE.search(text):
        text = _STRAY_VARIATION.sub("", _INVISIBLE_RUN.sub(_shortest, text))
        text = _STRAY_JOINER.sub("", text)
    return unicodedata.normalize("NFC", _MARK_RUN.sub(r"\1", text))
