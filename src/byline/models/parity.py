"""Does an exported model still find what the original finds? Fixed, varied texts, compared vector by vector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from byline.protocols import Embedder, PassageInput, Vector

TIE = 0.01  # cosine: below this, two passages are equally good answers to the original

TEXTS = (
    "The central bank raised its key interest rate by a quarter of a percentage point on Thursday.",
    "Three hikers were rescued from the north face of the mountain after two nights in a snow hole.",
    "“We will not sign this,” the minister said, before leaving the talks in Geneva.",
    "Shares in the carmaker fell 4.2% to $31.07 after it recalled 1.3 million vehicles.",
    "Scientists have found traces of water vapour in the atmosphere of a planet 120 light years away.",
    "The midfielder scored twice in stoppage time to send the club into the final for the first time since 1987.",
    "El presidente anunció un nuevo plan de vivienda para los jóvenes.",
    "Correction: an earlier version of this article misspelled the name of the mayor.",
    "How to stop tomato plants from wilting: water in the morning, mulch, and do not prune in full sun.",
    "COVID-19 vaccinations begin in care homes",
    "Yes.",
    "The court ruled that the company had copied 11,500 lines of code; the company says it will appeal.",
    "Heavy rain caused the river to burst its banks on Sunday night, flooding more than four hundred homes in the "
    "old town. Fire crews used boats to reach residents who had climbed onto their roofs. The mayor said that the "
    "flood wall, finished two years ago at a cost of 12 million euros, had held everywhere but at the rail "
    "bridge, where work was delayed. Schools stay closed until Wednesday.",
    "The museum returned nineteen bronzes to Nigeria in a ceremony attended by descendants of the artists. Taken "
    "by British troops in 1897, the figures had been on show for most of a century. Curators said that digital "
    "copies would remain.",
    "The new phone looks like last year's. It is lighter, the battery lasts about two hours longer, and the "
    "camera copes better with dim rooms. It also costs a hundred dollars more. If yours still works, there is "
    "little reason to change it.",
)
QUESTIONS = (
    "What happened to interest rates?",
    "Which homes were flooded by the river?",
    "Is the new phone worth buying?",
    "When were the bronzes taken?",
    "Why is my tomato plant wilting?",
)


@dataclass(frozen=True, slots=True)
class Parity:
    """Mean cosine of the two embedders' vectors of the same texts; whether each question still finds the same text."""

    cosine: float
    same_hits: bool


def parity(original: Embedder, other: Embedder) -> Parity:
    expected, found = _vectors(original, TEXTS), _vectors(other, TEXTS)
    asked, answered = _queries(original), _queries(other)
    before, after = asked @ expected.T, answered @ found.T
    chosen = before[np.arange(len(QUESTIONS)), after.argmax(axis=1)]
    cosines = np.concatenate([(expected * found).sum(axis=1), (asked * answered).sum(axis=1)])
    return Parity(float(cosines.mean()), bool((chosen >= before.max(axis=1) - TIE).all()))


def _vectors(embedder: Embedder, texts: tuple[str, ...]) -> Vector:
    return np.array([row.passage for row in embedder.embed_passages([PassageInput("", text, ()) for text in texts])])


def _queries(embedder: Embedder) -> Vector:
    return np.array([embedder.embed_query(text) for text in QUESTIONS])
