"""A publisher's site on an origin of its own, with the widget in its pages and a desk that it asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from byline.library.database import Library
from byline.library.freshness import Freshness
from byline.serve.origins import read_origins
from byline.serve.warm import Loaded, WarmEngine
from byline.testing import answering, passage_of, quoting
from byline.types import (
    Answer,
    AnswerEvent,
    ArticleRef,
    Disagreement,
    Done,
    Premise,
    Question,
    SentenceChecked,
    Started,
    TextDelta,
)
from tests.browser.browsing import SLOW_S, Served
from tests.browser.desk import QUESTION, Answerer

WRITTEN = "What is written about the bridge?"
KEPT, STRUCK = "The repairs cost 41 million crowns.", "The mayor danced."
ATTACK = "attack: "
TAG = '<script src="{host}/widget/v1/ask.js" async></script>'
STRICT = (
    "default-src 'none'; script-src {host}; connect-src {host}; style-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HOSTILE_CSS = """
* { font-size: 19px !important; letter-spacing: .2em !important; text-transform: uppercase !important;
  color: red !important; line-height: 3 !important; direction: ltr; }
button, textarea, a { background: lime !important; border: 9px solid fuchsia !important; border-radius: 0 !important; }
dialog, section, header, article { display: none !important; }
html { font-size: 62.5%; } body { transform: scale(.9); overflow: hidden; }
"""


class SiteDesk:
    """Everything that the chat's desk answers, an answer that comes word by word, and attacks on all that is shown."""

    def __init__(self, library: Library) -> None:
        self.answerer = Writing()
        self.engine = WarmEngine(lambda: Loaded(self.answerer, lambda: Freshness(18), library=library), (QUESTION,))
        self.engine.start()
        self.engine.wait(5)


class Writing(Answerer):
    """`go` lets it write on: it waits after the first words, after the first check, and before the end."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Semaphore(0)  # of the answer that was begun last

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        if question.text == WRITTEN:
            yield from self._written(question)
        elif question.text.startswith(ATTACK):
            yield Started(question)
            attacked = attacked_answer(question)
            yield TextDelta(question.text)
            yield SentenceChecked(0, attacked.sentences[0])
            yield Done(attacked)
        else:
            yield from super().stream(question)

    def _written(self, question: Question) -> Iterator[AnswerEvent]:
        [said] = answering(WRITTEN, quoting(passage_of(BRIDGE, KEPT), KEPT)).sentences
        go = self.go = threading.Semaphore(0)
        yield Started(question)
        yield TextDelta(KEPT)
        yield TextDelta(" ")
        go.acquire(timeout=SLOW_S)
        yield SentenceChecked(0, said)
        yield TextDelta(STRUCK)
        yield TextDelta(" And")
        go.acquire(timeout=SLOW_S)
        yield SentenceChecked(1, replace(said, text=STRUCK, quotes=(), supported=False))
        go.acquire(timeout=SLOW_S)
        yield Done(replace(answering(WRITTEN, said), question=question, model="test:model"))


BRIDGE = ArticleRef("bridge", "Bridge reopens", url="https://northline.example/bridge", publisher="Northline Wire")


def attacked_answer(question: Question) -> Answer:
    """The attack as title, author, publisher, address, kind, words of the article, of the model and beside them."""
    words = question.text
    ref = ArticleRef(words, words, url=words.removeprefix(ATTACK), authors=(words,), publisher=words, kind="opinion")
    said = quoting(passage_of(ref, f"{words} End."), f"{words} End.")
    [quote] = said.quotes
    said = replace(said, text=words, leads=(quote,), speaker=f"{words}!", correction=quote)
    return replace(
        answering(words, said),
        question=question,
        disagreements=(Disagreement(words, (quote, quote), (words, f"{words}2")),),
        premise=Premise(words, words, quote),
        newer=(replace(ref, id="newer"),),
        warning=words,
    )


class Site:
    """Pages by path, under a policy; `host` is where the widget comes from."""

    def __init__(self, desk: SiteDesk) -> None:
        self.pages: dict[str, tuple[str, str, str]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                media, body, policy = site.pages.get(self.path, ("text/plain", "", ""))
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", f"{media}; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.desk = desk
        self.served = Served(desk.engine, chat=False, allowed=read_origins([self.origin]))
        self.host = self.served.host
        self.pages["/hostile.css"] = ("text/css", HOSTILE_CSS, "")

    def put(
        self, path: str, body: str, *, head: str = "", lang: str = "en", direction: str = "ltr", policy: str = STRICT
    ) -> str:
        """`{host}` in a page is where the widget comes from. Its address."""
        page = (
            f'<!doctype html><html lang="{lang}" dir="{direction}"><head><meta charset="utf-8"><title>The Paper</title>'
            f'<meta name="viewport" content="width=device-width">{head}</head><body><main><h1>The Paper</h1>'
            f"<p>News of the day.</p>{body}</main></body></html>"
        )
        self.pages[path] = ("text/html", page.replace("{host}", self.host), policy.replace("{host}", self.host))
        return self.origin + path

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.served.stop()


@dataclass
class Reader:
    """One page in a fresh profile, what it asked for and complained about."""

    context: BrowserContext
    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def widget(self) -> Locator:
        return self.page.locator("ask-articles")

    def open(self) -> None:
        self.widget.locator(".launcher").click()

    def ask(self, question: str) -> None:
        self.widget.locator("textarea").fill(question)
        self.page.keyboard.press("Enter")

    def answered(self, question: str = QUESTION) -> None:
        self.ask(question)
        self.widget.locator(".turn").last.locator(".foot").wait_for()


def read(browser: Browser, address: str, *, width: int = 1280, height: int = 800, **context: Any) -> Reader:
    context = {"reduced_motion": "reduce"} | context
    made = browser.new_context(viewport={"width": width, "height": height}, **context)
    made.set_default_timeout(SLOW_S * 1000)
    reader = Reader(made, made.new_page())
    reader.page.on("request", lambda request: reader.requests.append(request.url))
    reader.page.on("pageerror", lambda error: reader.complaints.append(str(error)))
    reader.page.on("console", lambda m: reader.complaints.append(m.text) if m.type in {"error", "warning"} else None)
    reader.page.goto(address)
    reader.widget.first.wait_for(state="attached")
    return reader
