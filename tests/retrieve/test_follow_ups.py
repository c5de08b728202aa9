"""Chains of three turns as readers of news ask them, and what each question is taken to mean."""

from __future__ import annotations

import pytest

from byline.retrieve.compose import Meant, written
from byline.retrieve.leaning import Leaning
from byline.retrieve.mentions import Mention, Place, Said, mentions
from byline.retrieve.understand import understand
from byline.types import Role, Turn

SAME = "="
SPACE = ("Who was the first Indian in space?", "Rakesh Sharma became the first Indian in space on 3 April 1984.")
S400 = ("When did India sign the S-400 contract?", "India signed the contract for five S-400 units on 5 October 2018.")
CORRIDOR = (
    "When was the Chennai–Vladivostok corridor agreed?",
    "India and Russia signed a memorandum of intent to open it in September 2019.",
)
FORUM = ("What did Modi propose at the Business Forum?", 'There Mr. Modi proposed a "virtual trade corridor".')
TRADE = ("What did Modi say about trade?", "Trade rose to $68.7 billion, Mr. Modi said.")
HARRIS = ("Did Kamala Harris visit Berlin?", "Harris visited Berlin on Monday.")
OIL = ("How much oil did India import from Russia in 2024?", "About 1.8 million barrels a day.")
DINNER = ("Where did Putin dine on 4 December?", "Mr. Modi was hosting a private dinner at 7, Lok Kalyan Marg.")
G4 = ("Which countries are in the G4?", "India works with Brazil, Germany and Japan in the group called the G4.")
TREATY = ("When was the treaty of 1971 extended?", "The treaty was extended for another twenty years in August 1991.")

CHAINS = [
    (
        SPACE,
        ("And who flew with him?", "And who flew with Rakesh Sharma?"),
        ("How long was he there?", "Rakesh Sharma"),
    ),
    (
        S400,
        ("How much did it cost?", "How much did the S-400 contract cost?"),
        ("Who is the president of France?", SAME),
    ),
    (
        CORRIDOR,
        ("How long is it?", "How long is the Chennai–Vladivostok corridor?"),
        ("Which ports does it link?", "Which ports does the Chennai–Vladivostok corridor link?"),
    ),
    (FORUM, ("What would it connect?", "What would the virtual trade corridor connect?"), ("why?", ", and why?")),
    (
        FORUM,
        ("and who backed it?", "and who backed the virtual trade corridor?"),
        ("and since when?", "and since when?"),
    ),
    (
        TRADE,
        ("what about energy?", "What did Modi say about energy?"),
        ("and defence?", "What did Modi say about defence?"),
    ),
    (TRADE, ("When did he say so?", "When did Modi say so?"), ("Did he mention Brazil?", "Did Modi mention Brazil?")),
    (
        HARRIS,
        ("did she meet Scholz?", "did Kamala Harris meet Scholz?"),
        ("What was her message?", "What was Kamala Harris' message?"),
    ),
    (
        OIL,
        ("and in 2020?", "How much oil did India import from Russia in 2020?"),
        ("what about coal?", "and what about coal?"),
    ),
    (
        DINNER,
        ("And what did he have for breakfast?", "And what did Putin have for breakfast?"),
        ("Who is the president of France?", SAME),
    ),
    (G4, ("What do they want?", "What do G4 want?"), ("What does the United Nations Charter say?", SAME)),
    (
        TREATY,
        ("And what replaced it?", "And what replaced the treaty?"),
        ("and before that?", "And what replaced the treaty, and before that?"),
    ),
    (SPACE, ("Where did Yuri Gagarin land?", SAME), ("How old was he?", "How old was Yuri Gagarin?")),
    (S400, ("Why did Turkey buy the S-400 system?", SAME), ("When did Reliance report its profit?", SAME)),
    (CORRIDOR, ("Which ports does the Eastern Maritime Corridor link?", SAME), ("and when?", ", and when?")),
]


def after(*spoken: tuple[str, str], roles: tuple[Role, Role] = ("user", "assistant")) -> tuple[Turn, ...]:
    return tuple(Turn(role, text) for pair in spoken for role, text in zip(roles, pair, strict=True))


@pytest.mark.parametrize(("first", "second", "third"), CHAINS)
def test_a_chain_of_three(first: tuple[str, str], second: tuple[str, str], third: tuple[str, str]) -> None:
    spoken = [first]
    for question, expected in (second, third):
        found = understand(question, after(*spoken)).standalone
        assert found == question if expected == SAME else expected in found
        spoken.append((question, "The articles say more about this."))


@pytest.mark.parametrize(("first", "second", "_"), CHAINS)
def test_the_first_question_is_left_alone(first: tuple[str, str], second: tuple[str, str], _: object) -> None:
    assert understand(first[0]).standalone == first[0]
    assert understand(first[0], after(DINNER, TREATY)).standalone == first[0]


@pytest.mark.parametrize("roles", [("user", "assistant"), ("assistant", "user"), ("user", "user")])
def test_what_a_turn_is_does_not_hang_on_its_role(roles: tuple[Role, Role]) -> None:
    history = after(("Frank Zappa", "Disbandment"), ("What happened in 1969?", "The band broke up."), roles=roles)
    assert understand("Why did he do it?", history).standalone.startswith("Why did Frank Zappa do")


def test_a_heading_in_one_turn_is_a_topic() -> None:
    history = (Turn("user", "Frank Zappa — Disbandment"), *after(("What happened in 1969?", "The band broke up.")))
    assert understand("Where did he live?", history).standalone == "Where did Frank Zappa live?"


def test_a_pronoun_that_nothing_stands_for_keeps_the_question_before() -> None:
    first = ("Who won the Bihar election?", "The votes are still counted.")
    assert understand("did she win?", after(first)).standalone == f"{first[0]} did she win?"


def test_long_conversations_stay_quick_and_the_same() -> None:
    history = after(*[(f"What did Minister Rao say in {year}?", "Rao said. " * 4_000) for year in range(2000, 2020)])
    assert len({understand("and why did he say it?", history).standalone for _ in range(2)}) == 1


@pytest.mark.parametrize(
    ("question", "stands"),
    [("Who works there?", "Who works in Lyon?"), ("Who comes from there?", "Who comes from Lyon?")],
)
def test_a_place_has_a_preposition(question: str, stands: str) -> None:
    start = question.index("there")
    lyon = Mention("Lyon", "name", frozenset(["lyon"]), (Place(0, "question", 0),))
    assert written(question, [Meant("it", Leaning("place", start, start + 5, "there"), lyon, 0.9)]) == stands


def test_the_last_word_of_a_name_is_the_name() -> None:
    found = mentions(
        [Said("Who runs the Osmarka Coastal Railway?", "question"), Said("He sold the railway.", "answer")]
    )
    assert [(one.text, len(one.places)) for one in found] == [("Osmarka Coastal Railway", 2)]


def test_without_a_heading_a_conversation_is_about_the_first_name() -> None:
    ship = Turn("user", "What is Calypso named after?"), Turn("assistant", "A nymph of Norway. Chile owns it.")
    owner = Turn("user", "Who owns the vessel?"), Turn("assistant", "Norway holds 60 per cent and Chile the rest.")
    assert "Calypso" in understand("Has anyone else chartered the ship?", (*ship, *owner)).standalone
