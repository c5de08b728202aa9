"""The chat page: Gradio's layout and its events. What is shown comes from `render`, what is remembered from
`conversation`; this file only connects them. The one place that imports Gradio."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when a Blocks is built; only these exact words are off
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr
from fastapi import FastAPI

from byline.serve import render, theme
from byline.serve.conversation import Exchange, advance, ask, messages, panel, question_of, stopped
from byline.serve.engine import Engine
from byline.serve.follow import BROKEN, Stop, follow
from byline.types import Failed, Question

Exchanges = tuple[Exchange, ...]
Updates = dict[Any, Any]

UPDATE_INTERVAL_S = 1 / 15  # Gradio sends the whole message each time
POLL_INTERVAL_S = 0.25
FORGET_AFTER_S = 60 * 60
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def mount_chat(app: FastAPI, engine: Engine) -> FastAPI:
    async def mount() -> None:
        _mount(app, engine)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(mount())  # where no loop runs, Gradio opens several and never closes them
    else:
        _mount(app, engine)
    return app


def _mount(app: FastAPI, engine: Engine) -> None:
    gr.mount_gradio_app(
        app,
        Chat(engine).blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=list(theme.FONTS), font_mono=["ui-monospace"]).set(**theme.gradio_colours()),
        head=theme.head(),
    )


class Chat:
    """The page's components and what happens to them; one per server, a conversation lives in `gr.State`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._stops: dict[str, Stop] = {}  # by session, while its answer runs
        with gr.Blocks(title="Byline", analytics_enabled=False, fill_width=True, elem_id="byline") as self.blocks:
            self._lay_out()
            self._wire()
        self.blocks.queue(default_concurrency_limit=8, max_size=64)

    def _lay_out(self) -> None:
        self.past = gr.State((), time_to_live=FORGET_AFTER_S)
        gr.Markdown(render.MASTHEAD, elem_id="masthead", latex_delimiters=[])
        with gr.Row(elem_id="page"):
            with gr.Column(elem_id="conversation", min_width=0):
                self.log = gr.Chatbot(
                    elem_id="log", show_label=False, container=False, layout="panel", height="auto",
                    autoscroll=False, buttons=[], feedback_options=None, latex_delimiters=[], allow_tags=False,
                    line_breaks=False, placeholder=" ",
                )  # fmt: skip
                with gr.Column(elem_id="examples", visible=bool(self.engine.examples)) as self.examples:
                    gr.Markdown('<p class="quiet">For example</p>')
                    self.example_buttons = [gr.Button(text, elem_classes="example") for text in self.engine.examples]
                with gr.Column(elem_id="ask", min_width=0):
                    self.box = gr.Textbox(
                        label="Your question", placeholder="Ask the articles", lines=1, max_lines=6,
                        submit_btn="Ask", elem_id="box", autofocus=True,
                    )  # fmt: skip
                    with gr.Row(elem_id="below"):
                        self.fresh = gr.Markdown(elem_id="fresh", latex_delimiters=[])
                        self.clear = gr.Button("New conversation", elem_id="clear", visible=False, size="sm")
            with gr.Column(elem_id="sources", min_width=0):
                self.panel = gr.Markdown(panel(()), latex_delimiters=[])

    def _wire(self) -> None:
        shown = [self.past, self.log, self.panel, self.box, self.examples, self.clear]
        asking: dict[str, Any] = {"outputs": shown, "concurrency_id": "ask", "concurrency_limit": 8, **PRIVATE}
        self.box.submit(self.respond, [self.box, self.past], **asking)
        for button in self.example_buttons:
            button.click(self.respond, [button, self.past], **asking)
        # Not `cancels=`: the page's state has one writer, or a cancelled answer and its stop write over each other.
        self.box.stop(self.stop, **PRIVATE)
        self.clear.click(self.start_anew, None, shown, **PRIVATE)
        # Unlimited: each page that waits for a warm start holds one of these, and it costs a timer.
        self.blocks.load(self.announce, None, [self.fresh, self.box], concurrency_limit=None, **PRIVATE)

    async def announce(self) -> AsyncGenerator[Updates, None]:
        """Says when the articles can be asked. A question asked before is kept and then answered."""
        if not self.engine.ready and not self.engine.failure:
            yield {self.fresh: render.preparing_html()}
        await self._warm()
        if self.engine.ready:
            freshness = await asyncio.to_thread(self.engine.freshness)  # it may read the disk
            yield {self.fresh: render.freshness_html(freshness)}
        else:
            yield {self.fresh: render.broken_html(), self.box: gr.Textbox(interactive=False, submit_btn=False)}

    async def respond(self, text: str, past: Exchanges, request: gr.Request) -> AsyncGenerator[Updates, None]:
        if not text.strip():
            yield {self.box: ""}
            return
        session = str(request.session_hash)
        stop = self._stops[session] = Stop()
        exchange = ask(past, text, "Looking through the articles…" if self.engine.ready else render.PREPARING)
        running = gr.Textbox(value="", submit_btn=False, stop_btn="Stop")
        hidden, visible = gr.Column(visible=False), gr.Button(visible=True)
        try:
            yield self._show((*past, exchange)) | {self.box: running, self.examples: hidden, self.clear: visible}
            last = time.monotonic()
            async with aclosing(self._advanced(exchange, question_of(past, text), stop)) as steps:
                async for exchange in steps:
                    if not exchange.finished and time.monotonic() - last >= UPDATE_INTERVAL_S:
                        last = time.monotonic()
                        yield self._show((*past, exchange))
            if stop.discard:
                yield self._blank()
                return
            again: dict[str, Any] = {} if exchange.said else {"value": text}  # so that it can be changed, or sent again
            yield self._show((*past, exchange)) | {self.box: gr.Textbox(submit_btn="Ask", stop_btn=False, **again)}
        finally:
            if self._stops.get(session) is stop:
                del self._stops[session]

    async def _advanced(self, exchange: Exchange, question: Question, stop: Stop) -> AsyncGenerator[Exchange, None]:
        """The exchange after each event; the last one is always finished."""
        await self._warm(stop)
        if self.engine.ready and not stop.pressed:
            async with aclosing(follow(self.engine.answerer(), question, stop)) as events:
                async for event in events:
                    exchange = advance(exchange, event)
                    yield exchange
        if exchange.finished:
            return
        if stop.pressed:
            yield stopped(exchange)
        elif self.engine.failure:
            yield advance(exchange, Failed(render.BROKEN_ENGINE, retryable=False))
        else:
            yield advance(exchange, Failed(BROKEN, retryable=True))

    async def _warm(self, stop: Stop | None = None) -> None:
        while not (self.engine.ready or self.engine.failure or (stop and stop.pressed)):
            await asyncio.sleep(POLL_INTERVAL_S)

    async def stop(self, request: gr.Request) -> None:
        """The answer that runs then ends itself, and says so."""
        if pressed := self._stops.get(str(request.session_hash)):
            pressed.press()

    async def start_anew(self, request: gr.Request) -> Updates:
        running = self._stops.get(str(request.session_hash))
        if running is None:
            return self._blank()
        running.discard = True
        running.press()
        return {self.clear: gr.skip()}  # the answer that runs clears the page as its last act

    def _blank(self) -> Updates:
        return self._show(()) | {
            self.box: gr.Textbox(value="", submit_btn="Ask", stop_btn=False),
            self.examples: gr.Column(visible=bool(self.engine.examples)),
            self.clear: gr.Button(visible=False),
        }

    def _show(self, exchanges: Exchanges) -> Updates:
        return {self.past: exchanges, self.log: messages(exchanges), self.panel: panel(exchanges)}
