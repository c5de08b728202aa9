"""The encodings that articles are written in, and where a document names its own.

A label means what browsers take it for: `gb2312` is read as GB 18030, `iso-8859-1` as Windows-1252. Codecs that are no
character encodings, or that hide markup (UTF-7), are not among them.
"""

from __future__ import annotations

import codecs
import re

SEVEN_BIT = frozenset(("iso2022_jp", "hz"))
"""They look like ASCII to everybody else."""

DETECTED = (
    *("utf_8", "cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866"),
    *("cp855", "mac_cyrillic", "cp1253", "iso8859_7", "cp1254", "iso8859_9", "cp1255", "iso8859_8", "cp1256"),
    *("iso8859_6", "cp1257", "iso8859_4", "iso8859_13", "cp1258", "cp874", "tis_620", "latin_1"),
    *("big5", "cp950", "big5hkscs", "gb2312", "gbk", "gb18030", "hz", "shift_jis", "cp932", "euc_jp", "iso2022_jp"),
    *("euc_kr", "cp949", "johab", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"),
)
"""What a guess may be, in the spelling of charset-normalizer."""

WIDER = {"shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "cp950": "big5"}
"""What a detected encoding is read as, when its bytes allow: the same letters, with the marks that browsers show."""

_AS_BROWSERS_DO = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "mac-cyrillic": "mac_cyrillic",
    "utf-8-sig": "utf-8",
}
_SPELLINGS = {
    "x-sjis": "shift_jis",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "big5-hkscs": "big5hkscs",
    "windows-949": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "hz-gb-2312": "hz",
    "x-user-defined": "cp1252",
    "macintosh": "mac_roman",
}
_ALLOWED = re.compile(
    r"utf-(?:8|16(?:-[lb]e)?|32(?:-[lb]e)?)|cp(?:125\d|437|85[0258]|866|874|932|949|950)|iso8859-\d{1,2}|koi8-[rut]"
    r"|mac[-_]\w{4,10}|big5(?:hkscs)?|gb18030|hz|euc_jp|iso2022_jp|johab"
)
_LABEL = re.compile(r"[A-Za-z0-9_.:-]{2,40}\Z")
_XML = re.compile(rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})[\"']")
_HTML = re.compile(rb"<meta\s[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HEAD = 8192
"""Browsers look at 1,024 bytes; pages with scripts in front of their charset are common enough."""


def known_encoding(label: str) -> str | None:
    """The codec for a name that somebody gave, or None when it is not one that articles are written in."""
    label = label.strip().strip("\"'").lower()
    if not _LABEL.match(label):
        return None
    try:
        name = codecs.lookup(_SPELLINGS.get(label, label)).name
    except LookupError:
        return None
    name = _AS_BROWSERS_DO.get(name, name)
    return name if _ALLOWED.fullmatch(name) else None


def declared(data: bytes) -> str | None:
    """The encoding that an XML declaration or a `<meta charset>` names."""
    head = data[:_HEAD]
    found = _XML.match(head) or (_HTML.search(head) if b"<" in head else None)
    return found[1].decode() if found else None
