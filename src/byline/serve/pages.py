"""Pages without JavaScript: `/ask?q=` asks, `/a/{id}` shows an answer that a reader shared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from byline.answer.receipt import receipt_of
from byline.answer.standing import standing
from byline.errors import UnknownIdError
from byline.serve.answering import answer_unless_left, nobody_reads
from byline.serve.around import around_quotes, around_saved
from byline.serve.engine import Engine
from byline.serve.problems import Problem
from byline.serve.ready import library_of, loaded_of
from byline.serve.share import STYLE_PATH, answer_page, asking_page, failing_page
from byline.serve.theme import share_css
from byline.types import Question
from byline.wire import answer_json, saved_json

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
UNKNOWN = "No answer was shared under this address, or an article that it quoted has been removed for good."


def pages_router(engine: Engine) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/ask")
    async def asked(request: Request, q: Annotated[str, Query(max_length=10_000)] = "") -> Response:
        if not q.strip():
            return _page(asking_page())
        try:
            loaded_of(engine)
            answer = await answer_unless_left(request, engine, Question(q, q))
        except Problem as problem:
            return _page(failing_page(q, problem.detail), problem)
        if answer is None:
            return nobody_reads()
        return _page(answer_page(answer_json(answer), around_quotes(answer)))

    @router.get("/a/{answer_id}")
    def shared(answer_id: str) -> HTMLResponse:
        try:
            library = library_of(engine)
            saved = library.saved_answer(answer_id)
        except UnknownIdError:
            return _page(failing_page("", UNKNOWN), Problem(404, "unknown_id", UNKNOWN))
        except Problem as problem:
            return _page(failing_page("", problem.detail), problem)
        stands = standing(library, saved, datetime.now(UTC))
        return _page(answer_page(saved_json(saved, stands), around_saved(library, saved, stands.unseen)))

    @router.get("/a/{answer_id}/receipt.json")
    def receipt(answer_id: str) -> JSONResponse:
        library = library_of(engine)
        try:
            saved = library.saved_answer(answer_id)
        except UnknownIdError:
            raise Problem(404, "unknown_id", UNKNOWN) from None
        if standing(library, saved, datetime.now(UTC)).unseen:
            raise Problem(410, "withdrawn", "An article that this answer quotes is no longer shown to readers.")
        named = {"Content-Disposition": f'attachment; filename="byline-{saved.id}.json"'}
        return JSONResponse(receipt_of(saved), headers=HEADERS | named)

    @router.get(STYLE_PATH)
    def style() -> Response:
        return Response(share_css(), media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})

    return router


def _page(html: str, problem: Problem | None = None) -> HTMLResponse:
    waiting = {"Retry-After": str(problem.retry_after)} if problem and problem.retry_after else {}
    return HTMLResponse(html, problem.status if problem else 200, HEADERS | waiting)
