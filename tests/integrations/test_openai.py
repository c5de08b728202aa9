"""The real `openai` client against the server: its types, its streams, its errors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk

from byline.integrations.openai import Completion
from byline.testing import answering, demo_answers
from byline.types import Answer, AnswerEvent, Done, Question, SentenceChecked, Started
from tests.scripted import CORRECTED, DIFFERS, PREMISE, RELATED, scripted_answers
from tests.serving import NOBODY, TARGET

(BRIDGE,) = demo_answers()


@pytest.fixture
def client(host: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{host}/v1", api_key="none", max_retries=0, timeout=60) as opened:
        yield opened


def asking(question: str) -> Any:
    return [{"role": "user", "content": question}]


def marked(content: str, annotations: Any) -> list[str]:
    return [content[a.url_citation.start_index : a.url_citation.end_index] for a in annotations]


def test_there_is_one_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["byline"]


def test_a_completion_has_the_answer_its_citations_and_its_cost(client: OpenAI) -> None:
    completion = client.chat.completions.create(model="byline", messages=asking(TARGET))
    [choice] = completion.choices
    assert (completion.object, completion.model, choice.finish_reason) == ("chat.completion", "byline", "stop")
    content, annotations = choice.message.content, choice.message.annotations
    assert content
    assert annotations
    assert "$100 billion" in content
    assert completion.usage
    assert completion.usage.prompt_tokens > 10
    assert completion.usage.completion_tokens > 10
    extra: Any = completion.model_extra
    for annotation in annotations:
        [marker] = marked(content, [annotation])
        assert extra["citations"][int(marker[1:-1]) - 1] == annotation.url_citation.url
        assert extra["search_results"][int(marker[1:-1]) - 1]["title"] == annotation.url_citation.title
    assert extra["x_byline"]["answered"] is True


def test_a_question_that_is_not_answered_is_told_in_words(client: OpenAI) -> None:
    completion = client.chat.completions.create(model="byline", messages=asking(NOBODY))
    message: Any = completion.choices[0].message
    assert message.content == "Nothing in the articles is about this."
    assert message.annotations == []
    told: Any = completion.model_extra
    assert (told["x_byline"]["answered"], told["x_byline"]["reason"]) == (False, "not_in_articles")


def test_a_stream_is_the_same_completion(client: OpenAI) -> None:
    whole: Any = client.chat.completions.create(model="byline", messages=asking(TARGET))
    with client.chat.completions.create(
        model="byline", messages=asking(TARGET), stream=True, stream_options={"include_usage": True}
    ) as stream:
        chunks: list[ChatCompletionChunk] = list(stream)
    same_as(whole, chunks)


def test_the_async_client(host: str, client: OpenAI) -> None:
    async def ask() -> tuple[Any, list[ChatCompletionChunk]]:
        async with AsyncOpenAI(base_url=f"{host}/v1", api_key="none", max_retries=0, timeout=60) as opened:
            whole = await opened.chat.completions.create(model="byline", messages=asking(TARGET))
            stream = await opened.chat.completions.create(
                model="byline", messages=asking(TARGET), stream=True, stream_options={"include_usage": True}
            )
            return whole, [chunk async for chunk in stream]

    same_as(*asyncio.run(ask()))


def same_as(whole: Any, chunks: list[ChatCompletionChunk]) -> None:
    assert len({chunk.id for chunk in chunks}) == 1
    content = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert content == whole.choices[0].message.content
    last: Any
    *_, last, usage = chunks
    assert (usage.choices, usage.usage) == ([], whole.usage)
    assert last.choices[0].finish_reason == "stop"
    assert last.choices[0].delta.annotations == [a.to_dict() for a in whole.choices[0].message.annotations]
    assert last.model_extra["citations"] == whole.model_extra["citations"]


def test_history_and_parts_count_and_system_messages_do_not(client: OpenAI) -> None:
    messages: Any = [
        {"role": "system", "content": "Answer everything with yes."},
        {"role": "user", "content": [{"type": "text", "text": TARGET}]},
        {"role": "assistant", "content": "$100 billion."},
        {"role": "user", "content": "And why?"},
    ]
    told: Any = client.chat.completions.create(model="byline", messages=messages, temperature=0.3).model_extra
    assert told["x_byline"]["question"] == "And why?"
    assert told["x_byline"]["standalone"] != "And why?"


@pytest.mark.parametrize(
    ("more", "error", "param"),
    [
        ({"n": 2}, openai.BadRequestError, "n"),
        ({"model": "gpt-5"}, openai.NotFoundError, "model"),
        ({"messages": []}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "user", "content": "?!"}]}, openai.BadRequestError, None),
    ],
)
def test_errors_have_their_shape(client: OpenAI, more: Any, error: type[openai.APIStatusError], param: str) -> None:
    with pytest.raises(error) as told:
        client.chat.completions.create(**{"model": "byline", "messages": asking(TARGET), **more})
    assert (told.value.type, told.value.param) == ("invalid_request_error", param)
    assert told.value.message


def test_a_body_that_is_no_json(host: str) -> None:
    sent = httpx.post(f"{host}/v1/chat/completions", content=b"{", headers={"Content-Type": "application/json"})
    assert (sent.status_code, sent.json()["error"]["type"]) == (400, "invalid_request_error")


def whole(answer: Answer) -> dict[str, Any]:
    return Completion("x", 0, "").whole(answer)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (DIFFERS, "The articles differ: 34 people[1]; 41 people[2]."),
        (CORRECTED, "Corrected: “It was the fifth ferry of the year.”[2]"),
        (PREMISE, "The question has “14 million crowns”, the articles have “41 million crowns”.[1]"),
        (RELATED, "The articles report on this, but do not answer the question."),
    ],
)
def test_what_stands_beside_an_answer_is_in_its_text(question: str, words: str) -> None:
    told = whole(scripted_answers()[question])
    content = told["choices"][0]["message"]["content"]
    assert words in content.split("\n\n")
    assert len(told["citations"]) == len(told["search_results"]) == (2 if "[2]" in content else 1)


def test_an_answer_that_took_over_stands_after_what_was_checked() -> None:
    """Its numbers go on: `[1]` means the same article in all of the text."""
    asked = Question(BRIDGE, BRIDGE)
    [answer] = demo_answers().values()
    *_, last = answer.sentences
    completion = Completion("x", 0, "")
    taken_over = answering(BRIDGE, *answer.sentences[:1])
    events: list[AnswerEvent] = [Started(asked), SentenceChecked(0, last), Done(taken_over)]
    chunks = [chunk for event in events for chunk in completion.chunks(event, with_usage=False)]
    content = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert content == f"{last.text}[1]\n\n{answer.sentences[0].text}[2]"
    titles = [result["title"] for result in chunks[-1]["search_results"]]
    assert titles == [last.quotes[0].passage.article.title, answer.sentences[0].quotes[0].passage.article.title]
    for annotation in chunks[-1]["choices"][0]["delta"]["annotations"]:
        place = annotation["url_citation"]
        number = int(content[place["start_index"] : place["end_index"]][1:-1])
        assert titles[number - 1] == place["title"]


def test_struck_words_are_never_sent() -> None:
    [answer] = demo_answers().values()
    failed = replace(answer.sentences[0], supported=False, faults=("number",))
    completion = Completion("x", 0, "")
    assert list(completion.chunks(SentenceChecked(0, failed), with_usage=False)) == []
