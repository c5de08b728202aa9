"""Numbers as they are written, in digits or in English words, read exactly. Pure.

"1,000", "10,00,000", "3.5", "twenty-three", "a hundred"; scales ("bn", "lakh") are read by `scale_of`. Digits of any
script are read; words of other languages than English are not, and nothing is guessed from them.
"""

from __future__ import annotations

import re
from decimal import Decimal

_UP_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ONES = _UP_TO_NINETEEN.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)} | {"dozen": 12}
_FROM_THIRD = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
_ORDINAL_WORDS = {word: n for n, word in enumerate(_FROM_THIRD.split(), 3)}
_ORDINAL_WORDS |= {
    "twentieth": 20,
    "twenty-fifth": 25,
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "hundredth": 100,
}
_SCALES = {
    "hundred": 100, "thousand": 10**3, "lakh": 10**5, "million": 10**6, "mn": 10**6, "crore": 10**7, "billion": 10**9,
    "bn": 10**9, "trillion": 10**12, "tn": 10**12,
}  # fmt: skip
_SHORT_SCALES = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
"""Only beside a currency: "5 m" alone is a length."""

DIGITS = r"\d+(?:,\d{2,3})*(?:\.\d+)?"
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
WORDS = (
    rf"(?:(?:{_WORD})(?:[-\s](?:{'|'.join(_ONES[1:10])}))?|an?(?=\s(?:hundred|thousand|million|billion|trillion)))\b"
)
SCALE = rf"(?:{'|'.join(_SCALES)})(?:s\b|\b)"
SHORT_SCALE = rf"[{''.join(_SHORT_SCALES)}]\b"
ORDINAL = rf"\d{{1,4}}(?:st|nd|rd|th)\b|\b(?:{'|'.join(sorted(_ORDINAL_WORDS, key=len, reverse=True))})\b"


def read_number(written: str) -> tuple[Decimal, Decimal]:
    """The number, and the size of one step of its last digit: 65.7 → .1, 23 → 1, 6,000 → 1,000, "fifty" → 1."""
    if written[0].isdecimal():
        number = Decimal(written.replace(",", ""))
        exponent = number.as_tuple().exponent
        step = Decimal(1).scaleb(int(exponent)) if int(exponent) < 0 else _round_step(number)
        return number, step
    parts = re.split(r"[-\s]+", written.casefold())
    return Decimal(sum(_WORDS.get(part, 1) for part in parts)), Decimal(1)


def read_ordinal(written: str) -> Decimal:
    word = written.casefold()
    return Decimal(_ORDINAL_WORDS[word]) if word in _ORDINAL_WORDS else Decimal(word[:-2])


def scale_of(words: str) -> Decimal:
    """The product of the scales in a row: "lakh crore", "hundred thousand"; 1 when there are none."""
    scale = Decimal(1)
    for word in words.casefold().split():
        scale *= _SCALES.get(word) or _SCALES.get(word.removesuffix("s")) or _SHORT_SCALES.get(word) or 1
    return scale


def _round_step(number: Decimal) -> Decimal:
    """Two zeros at the end and more are taken for a rounded figure; one is not, or 30 deaths would be 34."""
    digits = str(int(number))
    zeros = len(digits) - len(digits.rstrip("0"))
    return Decimal(10) ** zeros if zeros >= 2 else Decimal(1)
