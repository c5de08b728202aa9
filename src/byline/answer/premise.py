"""What a question takes for granted and the articles contradict: a figure, a date, a person. Pure.

Nothing is contradicted by silence. A sentence has to say of the same thing, at the same time, with the question's other
words, another value; and no sentence that was read may say what the question says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from byline.answer.absent import others_of
from byline.answer.kind import KIND_TERMS
from byline.answer.statement import Statement, content, names_in, stated_by
from byline.answer.values import Value, comparable, compatible, values_in
from byline.answer.weigh import Candidate
from byline.models.terms import query_terms, terms
from byline.types import Premise

READ = 20
"""The best sentences in which the other value is looked for."""

ON_FOCUS = {"money": 0.6, "percent": 0.6, "count": 0.75, "ordinal": 0.75, "date": 1.0}
"""Share of the question's other terms that the contradicting sentence has. A date needs all of them: most dates in a
question say which of several things is meant, and are not said of one."""

_CHOICE = re.compile(r"\bor\b", re.IGNORECASE)
_NAME = r"(?:[A-Z][\w'’.-]+\s){0,3}[A-Z][\w'’-]+"
_DID = re.compile(rf"\b(?:[Dd]id|[Dd]oes|[Ww]ill|[Hh]as|[Hh]ave|[Hh]ad)\s(?P<name>{_NAME})\s(?P<verb>[a-z]+)\b")

_THE = re.compile(r"\b(?:the|all|its)\s$", re.IGNORECASE)
_OF_WHOLE = re.compile(rf"\s(?:of|in)\s(?:the\s)?(?P<whole>{_NAME})")
_HAS = re.compile(r"\b(?:has|have|had|counts?|comprises?|consists? of|is made up of|with)\s(?:\w+\s){0,2}$")


def premise_of(question: str, candidates: Sequence[Candidate]) -> Premise | None:
    """The first one found; None when the question holds, or when nothing read says otherwise."""
    if not candidates:
        return None
    read = [stated_by(candidate) for candidate in candidates]
    return next(_wrong_values(question, read), None) or _wrong_person(question, read)


def _wrong_values(question: str, read: Sequence[Statement]) -> Iterator[Premise]:
    asserted = values_in(question)
    focus = content(question, asserted) - KIND_TERMS
    named = names_in(question, asserted)
    for value in asserted:
        if len([other for other in asserted if comparable(value, other)]) > 1 or _CHOICE.search(question):
            continue
        if any(_says(statement, value) for statement in read):
            continue
        others = [other for other in asserted if other is not value]
        for statement in read[:READ]:
            about = statement.terms | frozenset(terms(statement.passage.article.title))
            if not _named(named, about):
                continue
            if said := _instead(statement, value, others, focus) or _of_the_same(statement, value, question):
                yield Premise(value.text, said.text, statement.quote)


def _says(statement: Statement, value: Value) -> bool:
    """Its number alone is enough: "15 members, five of them permanent" has five members."""
    if value.kind == "count" and value.text.split()[0].casefold() in statement.text.casefold().split():
        return True
    return any(comparable(value, its) and compatible(value, its) for its in statement.values)


def _instead(statement: Statement, value: Value, others: Sequence[Value], focus: frozenset[str]) -> Value | None:
    """The one value that the sentence has in the place of the question's."""
    its = [other for other in statement.values if comparable(value, other)]
    if len(its) != 1 or not focus or len(focus & statement.terms) < ON_FOCUS[value.kind] * len(focus):
        return None
    for other in others:  # what else the question says has to hold: the year, the other figure
        if not any(comparable(other, told) and compatible(other, told) for told in statement.values):
            return None
    if statement.negated or statement.qualifiers(its[0]):
        return None
    return its[0]


def _named(names: frozenset[str], about: frozenset[str]) -> bool:
    """ "American" is named where the sentence says "U.S."."""
    return all(name in about or any(map(about.issuperset, others_of(name))) for name in names)


def _of_the_same(statement: Statement, value: Value, question: str) -> Value | None:
    """The number of a whole, which holds whatever else is asked: "the nine members of the Coastal League"."""
    found = _THE.search(question[: value.start]) and _OF_WHOLE.match(question, value.end)
    its = [other for other in statement.values if comparable(value, other)]
    if not found or value.kind != "count" or len(its) != 1 or statement.negated or statement.qualifiers(its[0]):
        return None
    whole = query_terms(found["whole"])
    about = frozenset(terms(statement.passage.article.title)) | statement.terms
    owns = _HAS.search(statement.text[: its[0].start])
    return its[0] if owns and whole and whole[-1] in statement.terms and set(whole) <= about else None


def _wrong_person(question: str, read: Sequence[Statement]) -> Premise | None:
    """ "Why did Medvedev land in Delhi?" where the one who landed there was somebody else."""
    found = _DID.search(question)
    if found is None:
        return None
    named = frozenset(query_terms(found["name"]))
    (verb,) = query_terms(found["verb"])[:1] or ("",)
    focus = content(question, values_in(question)) - named - KIND_TERMS
    passages = dict.fromkeys(statement.passage for statement in read)
    told = "\n".join(f"{passage.article.title}\n{passage.text}" for passage in passages).casefold()
    if not verb or len(focus) < 3 or any(word in told for word in found["name"].casefold().split()):
        return None
    for statement in read[:READ]:
        if not focus <= statement.terms or statement.negated:
            continue
        for subject in re.finditer(rf"(?P<name>{_NAME})\s(?:has\s|had\s)?(?P<verb>[a-z]+)\b", statement.text):
            if query_terms(subject["verb"]) == [verb]:
                return Premise(found["name"], subject["name"], statement.quote)
    return None
