"""Personal data in a question, taken out before anything of it is written down. Pure.

E-mail addresses, telephone, card and account numbers. Names stay: a question about a minister has one, and nothing
tells the two apart. Figures, dates and years stay: they are what questions are about.
"""

from __future__ import annotations

import re

EMAIL, PHONE, CARD, ACCOUNT = "[e-mail]", "[phone]", "[card]", "[account]"

# Every quantifier is bounded, and no two neighbours can match the same characters: linear on any input.
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_DIGITS = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ \u00a0./()-]{0,2}\d){7,18}(?![\w]|[.,]\d)")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_DATE = re.compile(r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{4} ?[-–/] ?\d{4})")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ \u00a0.]\d{3})+")
_NORTH_AMERICAN = re.compile(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}")


def masked(text: str) -> str:
    """The text with a label where personal data stood."""
    text = _EMAIL.sub(EMAIL, text)
    text = _ACCOUNT.sub(lambda found: ACCOUNT if _is_account(found[0]) else found[0], text)
    return _DIGITS.sub(lambda found: _number(found[0]), text)


def _number(found: str) -> str:
    digits = re.sub(r"\D", "", found)
    if len(digits) >= 13 and _is_card(digits):
        return CARD
    if _DATE.fullmatch(found) or _THOUSANDS.fullmatch(found):
        return found
    begins_like_one = found.lstrip("(")[0] in "+0" or _NORTH_AMERICAN.fullmatch(found)
    return PHONE if begins_like_one else found


def _is_card(digits: str) -> bool:
    """Luhn's check digit (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _is_account(found: str) -> bool:
    """The check of an IBAN (ISO 13616): its characters as a number are 1 modulo 97."""
    compact = found.replace(" ", "")
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1
