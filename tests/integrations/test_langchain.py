"""Byline inside LangChain: the same passages, the same answers, with their places."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests

from byline.build import Desk
from byline.errors import QuestionError
from byline.integrations.langchain import BylineRetriever, answer_chain
from byline.testing import ScriptedAnswerer, demo_answers
from byline.types import AnswerEvent, Question, SentenceChecked
from tests.scripted import CORRECTED, DIFFERS, PREMISE, RELATED, SPOKEN, scripted_answers

TARGET = "What trade target did India and Russia set for 2030?"
NOBODY = "Who won the 1998 football world cup final?"
(BRIDGE,) = demo_answers()
ARTICLE = {"article_id", "title", "url", "publisher", "published", "kind", "authors"}
OUTPUT = {
    "answer", "answered", "reason", "standalone", "confidence", "as_of", "stale", "warning", "premise", "disagreements",
    "nearest", "newer", "documents",
}  # fmt: skip


def test_the_retriever_gives_passages_with_their_places(desk: Desk) -> None:
    documents = BylineRetriever(searcher=desk.searcher, limit=3).invoke(TARGET)
    assert len(documents) == 3
    texts = desk.library.article_texts([document.metadata["article_id"] for document in documents])
    for document in documents:
        place = document.metadata
        assert set(place) == ARTICLE | {"start", "end", "score"}
        assert texts[place["article_id"]][place["start"] : place["end"]] == document.page_content
        assert document.id
    assert any("$100 billion" in document.page_content for document in documents)


def test_the_retriever_takes_another_limit_for_one_call(desk: Desk) -> None:
    assert len(BylineRetriever(searcher=desk.searcher).invoke(TARGET, k=2)) == 2


def test_the_chain_answers_with_quotes(desk: Desk) -> None:
    output = answer_chain(desk.answerer).invoke({"question": TARGET})
    assert set(output) == OUTPUT
    assert (output["answered"], output["reason"]) == (True, None)
    assert "$100 billion" in output["answer"]
    texts = desk.library.article_texts([document.metadata["article_id"] for document in output["documents"]])
    for document in output["documents"]:
        place = document.metadata
        assert set(place) == ARTICLE | {"start", "end", "speaker", "leads", "correction", "corrected_by"}
        assert texts[place["article_id"]][place["start"] : place["end"]] == document.page_content
        assert document.page_content in output["answer"]


def test_the_chain_says_when_it_is_not_answered(desk: Desk) -> None:
    output = answer_chain(desk.answerer).invoke({"question": NOBODY})
    assert set(output) == OUTPUT
    assert (output["answer"], output["answered"], output["documents"]) == ("", False, [])
    assert output["reason"] == "not_in_articles"
    assert (output["stale"], output["warning"], output["premise"]) == (False, None, None)


def test_the_chain_carries_what_stands_beside_the_sentences() -> None:
    scripted = scripted_answers()
    outputs = {
        question: answer_chain(ScriptedAnswerer(scripted)).invoke({"question": question}) for question in scripted
    }
    [differing] = outputs[DIFFERS]["disagreements"]
    assert differing["values"] == ["34 people", "41 people"]
    assert [document.metadata["publisher"] for document in differing["documents"]] == ["Northline Wire", "Delhi Ledger"]
    [said] = outputs[CORRECTED]["documents"]
    assert said.metadata["corrected_by"] == "notice"
    assert "fifth ferry" in said.metadata["correction"]
    [spoken] = outputs[SPOKEN]["documents"]
    assert spoken.metadata["speaker"] == "Mayor Ada Lindqvist"
    assert spoken.metadata["leads"] == ["The mayor spoke of the bridge."]
    premise = outputs[PREMISE]["premise"]
    assert (premise["asserted"], premise["said"]) == ("14 million crowns", "41 million crowns")
    assert premise["document"].page_content.startswith("The repairs cost 41 million crowns")
    assert [document.metadata["article_id"] for document in outputs[RELATED]["nearest"]] == ["bridge-opinion"]
    assert [article["article_id"] for article in outputs[SPOKEN]["newer"]] == ["bridge-opinion"]


def test_the_chain_carries_the_warning() -> None:
    warned = replace(demo_answers()[BRIDGE], warning="These articles were last checked 3 days ago.")
    output = answer_chain(ScriptedAnswerer({BRIDGE: warned})).invoke({"question": BRIDGE})
    assert (output["stale"], output["warning"]) == (True, warned.warning)


def test_a_batch_in_order_with_history() -> None:
    answerer = ScriptedAnswerer()
    bridge = "How much did the bridge repairs cost?"
    history = [("user", bridge), ("assistant", "41 million crowns.")]
    first, second = answer_chain(answerer).batch(
        [{"question": bridge}, {"question": "And who pays?", "history": history}]
    )
    assert (first["answered"], second["answered"]) == (True, False)
    for question in answerer.asked:
        said = [(turn.role, turn.content) for turn in question.history]
        assert said == (history if question.text == "And who pays?" else [])


def test_history_is_understood(desk: Desk) -> None:
    chain = answer_chain(desk.answerer)
    alone, after = chain.batch([{"question": "And why?"}, {"question": "And why?", "history": [("user", TARGET)]}])
    assert not alone["answered"]
    assert after["answered"]


def test_an_unusable_question_is_an_error(desk: Desk) -> None:
    with pytest.raises(QuestionError, match="empty"):
        answer_chain(desk.answerer).invoke({"question": " "})


@pytest.mark.anyio
class TestStandard(RetrieversIntegrationTests):
    """LangChain's own."""

    @pytest.fixture(autouse=True)
    def _over(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def retriever_constructor(self) -> type[BylineRetriever]:
        return BylineRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"searcher": self.desk.searcher}

    @property
    def retriever_query_example(self) -> str:
        return TARGET


def summed(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole + piece  # type: ignore[operator]  # as LangChain adds them
    return whole


def untimed(output: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in output.items() if key != "documents"} | {
        "documents": [(d.page_content, d.metadata) for d in output["documents"]]
    }


@pytest.mark.parametrize("question", [TARGET, NOBODY])
def test_pieces_add_up_to_the_whole(desk: Desk, question: str) -> None:
    chain, asked = answer_chain(desk.answerer), {"question": question}
    whole, pieces = chain.invoke(asked), list(chain.stream(asked))

    async def asynchronously() -> tuple[dict[str, Any], list[dict[str, Any]]]:
        return await chain.ainvoke(asked), [piece async for piece in chain.astream(asked)]

    later, async_pieces = asyncio.run(asynchronously())
    for output in (summed(pieces), later, summed(async_pieces)):
        assert untimed(output) == untimed(whole)
    assert [set(piece) for piece in pieces[:-1]] == [{"answer"}] * len(pieces[:-1])
    assert len(pieces) - 1 == (len(whole["documents"]) if question == TARGET else 0)


def test_a_sentence_comes_while_the_next_is_not_there_yet() -> None:
    gate = threading.Event()

    class Waiting(ScriptedAnswerer):
        def stream(self, question: Question) -> Iterator[AnswerEvent]:
            for event in super().stream(question):
                yield event
                if isinstance(event, SentenceChecked):
                    assert gate.wait(10)

    async def first() -> str:
        async for piece in answer_chain(Waiting()).astream({"question": BRIDGE}):
            gate.set()
            return str(piece["answer"])
        return ""

    assert asyncio.run(first()) == demo_answers()[BRIDGE].sentences[0].text


def test_it_composes_with_other_runnables(desk: Desk) -> None:
    chain: Any = RunnableLambda(lambda text: {"question": text}) | answer_chain(desk.answerer) | itemgetter("answer")
    assert "$100 billion" in chain.invoke(TARGET)
