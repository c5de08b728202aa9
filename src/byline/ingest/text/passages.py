"""Cuts an article into passages: exact slices, whole sentences, at most so many tokens, never across a heading.

Pure: the same article, bound and counter give the same passages with the same ids.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from byline.ingest.text.long_sentences import shortened
from byline.ingest.text.sentences import sentence_spans
from byline.protocols import TokenCounter
from byline.types import Article, Passage, Span

RULES_VERSION = "p1"
"""Changes whenever the same article would be cut differently: every index is rebuilt then."""

MIN_TOKENS = 16
_FULL = 0.6
_SCRAP = 0.15
_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a piece of one too long for a passage. `tokens` includes the blanks before it."""

    span: Span
    tokens: int
    ends_paragraph: bool


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str | None
    spans: tuple[Span, ...]


def rules_fingerprint(max_tokens: int) -> str:
    """Names the way articles are cut, e.g. `p1-200`; part of every passage id and of an index's name."""
    return f"{RULES_VERSION}-{max_tokens}"


def passage_tokens_of(rules: str) -> int | None:
    """`max_tokens` of a fingerprint; None when it is of another version of these rules."""
    version, _, tokens = rules.rpartition("-")
    return int(tokens) if version == RULES_VERSION and tokens.isdigit() else None


def split(article: Article, *, max_tokens: int, count_tokens: TokenCounter) -> list[Passage]:
    """The passages of an article in reading order; their sentences cover all of its words once, headings aside.

    A heading is not part of a passage but its `heading`; an article of headings alone is taken as plain text.
    Raises ValueError when `max_tokens` < 16: a single character can cost 4.
    """
    if max_tokens < MIN_TOKENS:
        raise ValueError(f"max_tokens is {max_tokens}; it must be at least {MIN_TOKENS}")
    language = article.ref.language or "en"
    text = article.text
    made: list[Passage] = []
    for section in _sections(text, language):
        units = _units(text, section.spans, max_tokens, count_tokens)
        for group in _balanced(_packed(units, max_tokens), max_tokens):
            for fitting, tokens in _fitting(text, group, max_tokens, count_tokens):
                made.append(_passage(article, fitting, section.heading, max_tokens, tokens))
    return made


def _sections(text: str, language: str) -> list[_Section]:
    """Runs of lines under the same heading."""
    found: list[_Section] = []
    heading: str | None = None
    spans: list[Span] = []
    titles: list[Span] = []
    start = 0
    for line in text.split("\n"):
        mark = _HEADING.match(line)
        if mark:
            found.append(_Section(heading, tuple(spans)))
            heading, spans = line[mark.end() :].strip(), []
            titles.append(Span(start + mark.end(), start + len(line.rstrip())))
        else:
            spans.extend(Span(start + s.start, start + s.end) for s in sentence_spans(line, language))
        start += len(line) + 1
    found.append(_Section(heading, tuple(spans)))
    full = [section for section in found if section.spans]
    return full or ([_Section(None, tuple(titles))] if titles else [])


def _units(text: str, spans: Sequence[Span], max_tokens: int, count_tokens: TokenCounter) -> list[_Unit]:
    pieces: list[Span] = []
    costs: list[int] = []
    for span in spans:
        # A word's token holds the blank before it: counted so, the sum over a passage is close and hardly ever too low.
        before = pieces[-1].end if pieces else span.start
        tokens = count_tokens(text[before : span.end])
        if tokens <= max_tokens or count_tokens(span.within(text)) <= max_tokens:
            pieces.append(span)
            costs.append(min(tokens, max_tokens))
            continue
        for piece in shortened(text, span, max_tokens, count_tokens):
            costs.append(min(max_tokens, count_tokens(text[before : piece.end])))
            pieces.append(piece)
            before = piece.end
    return [
        _Unit(piece, cost, index + 1 == len(pieces) or "\n" in text[piece.end : pieces[index + 1].start])
        for index, (piece, cost) in enumerate(zip(pieces, costs, strict=True))
    ]


def _packed(units: Sequence[_Unit], max_tokens: int) -> list[list[_Unit]]:
    """As many sentences as fit; but 60 % full, a passage ends with its paragraph unless the next one fits whole."""
    groups: list[list[_Unit]] = []
    group: list[_Unit] = []
    used = 0
    for unit, paragraph in zip(units, _paragraph_tokens(units), strict=True):
        new_paragraph = bool(group) and group[-1].ends_paragraph
        full = used >= _FULL * max_tokens
        if group and (used + unit.tokens > max_tokens or (new_paragraph and full and used + paragraph > max_tokens)):
            groups.append(group)
            group, used = [], 0
        group.append(unit)
        used += unit.tokens
    return [*groups, group] if group else groups


def _paragraph_tokens(units: Sequence[_Unit]) -> list[int]:
    """For each unit, the tokens from it to the end of its paragraph."""
    left: list[int] = []
    total = 0
    for unit in reversed(units):
        total = unit.tokens + (0 if unit.ends_paragraph else total)
        left.append(total)
    return left[::-1]


def _balanced(groups: list[list[_Unit]], max_tokens: int) -> list[list[_Unit]]:
    """A last passage that is a scrap is joined with the one before, or the two are divided evenly."""
    if len(groups) < 2 or _tokens(groups[-1]) >= _SCRAP * max_tokens:
        return groups
    pool = groups[-2] + groups[-1]
    total = _tokens(pool)
    if total <= max_tokens:
        return [*groups[:-2], pool]
    best, least = len(groups[-2]), float("inf")
    left = 0
    for cut in range(1, len(pool)):
        left += pool[cut - 1].tokens
        uneven = abs(total - 2 * left) + (0 if pool[cut - 1].ends_paragraph else _SCRAP * max_tokens)
        if left <= max_tokens and total - left <= max_tokens and uneven < least:
            best, least = cut, uneven
    return [*groups[:-2], pool[:best], pool[best:]]


def _tokens(group: Sequence[_Unit]) -> int:
    return sum(unit.tokens for unit in group)


def _fitting(
    text: str, group: list[_Unit], max_tokens: int, count_tokens: TokenCounter
) -> Iterator[tuple[list[_Unit], int]]:
    """The group itself with its tokens, or halves of it: tokens do not add up exactly, and the bound is a promise."""
    tokens = count_tokens(text[group[0].span.start : group[-1].span.end])
    if len(group) == 1 or tokens <= max_tokens:
        yield group, tokens
        return
    middle = len(group) // 2
    yield from _fitting(text, group[:middle], max_tokens, count_tokens)
    yield from _fitting(text, group[middle:], max_tokens, count_tokens)


def _passage(article: Article, group: Sequence[_Unit], heading: str | None, max_tokens: int, tokens: int) -> Passage:
    start, end = group[0].span.start, group[-1].span.end
    named = (article.ref.id, article.digest, rules_fingerprint(max_tokens), str(start), str(end))
    return Passage(
        id=hashlib.sha256("\n".join(named).encode("utf-8", "surrogatepass")).hexdigest()[:20],
        article=article.ref,
        start=start,
        end=end,
        text=article.text[start:end],
        heading=heading,
        sentences=tuple(unit.span for unit in group),
        tokens=tokens,
    )
