"""How `/v1/ask` is asked and what it answers, as its OpenAPI document shows it."""

from __future__ import annotations

from typing import Any

from byline.shapes import AnswerShape

STREAM = """event: meta
id: 0
data: {"id":"mnbvcxzasdfghjkl","schema":"1"}

event: status
id: 1
data: {"stage":"retrieving"}

event: sources
id: 2
data: {"sources":[{"article_id":"bridge","title":"Bridge reopens","url":"https://news.example/bridge"}]}

event: delta
id: 3
data: {"text":"The repairs cost 41 million crowns."}

event: delta
id: 4
data: {"text":"[1]"}

event: citation
id: 5
data: {"n":1,"sentence":0,"supported":true,"article_id":"bridge","quote":"The repairs cost 41 million crowns.",
       "start":210,"end":245,"answer_start":0,"answer_end":35}

event: done
id: 6
data: {"id":"mnbvcxzasdfghjkl","answered":true,"answer":"The repairs cost 41 million crowns.[1]"}
"""

EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["meta", "status", "sources", "delta", "citation", "done", "error"]},
        "id": {"type": "string", "description": "Grows by one."},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["event", "id", "data"],
}

ANSWERED: dict[str, Any] = {
    "model": AnswerShape,
    "description": (
        "The answer. As server-sent events: `meta` (its id, at once), `status`, `sources` (articles that were found), "
        "`delta` (words as they come, with markers `[n]` that are never split), `citation` (a sentence was checked: a "
        "quote of it, or `supported: false` and the words that go), and `done`, the same object as the JSON, which "
        "replaces what was streamed; or `error`, a problem. Clients ignore events that they do not know. A citation's "
        "offsets count in all that was streamed, those of `done` in its `answer`; both in Unicode code points."
    ),
    "content": {"text/event-stream": {"schema": EVENT, "example": STREAM}},
}

EXAMPLES: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/json": {
                "examples": {
                    "question": {"value": {"question": "What was agreed on trade?"}},
                    "follow-up": {
                        "value": {
                            "question": "And who backed it?",
                            "history": [
                                {"role": "user", "content": "What was agreed on trade?"},
                                {"role": "assistant", "content": "A target of $100 billion by 2030."},
                            ],
                        }
                    },
                    "within": {
                        "value": {
                            "question": "What was agreed on trade?",
                            "filters": {"publisher": ["Northline Wire"], "date_from": "2025-01-01"},
                            "stream": True,
                        }
                    },
                }
            }
        }
    }
}
