"""The widget's files and a page that shows it. The bundle is built from `widget/`; nothing of it is made here."""

from __future__ import annotations

import hashlib
import html
import json
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request, Response

from byline import __version__
from byline.serve.engine import Engine
from byline.serve.problems import Problem

# The demo page of the widget shows what a page with the strictest policy needs.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
# A site that names no version gets a new one within minutes; one that names it may keep it for ever.
SHORT = "public, max-age=600, stale-while-revalidate=86400"
FOR_EVER = "public, max-age=31536000, immutable"
SCRIPT = "text/javascript; charset=utf-8"
COMPRESSED = (("br", ".br"), ("gzip", ".gz"))
READ = ["GET", "HEAD"]


def widget_router(engine: Engine) -> APIRouter:
    router = APIRouter(prefix="/widget", include_in_schema=False)
    folder = files("byline.serve").joinpath("static", "widget")
    bundle = Kept(folder, "ask.js", SCRIPT)
    words = {file.name: Kept(folder.joinpath("words"), file.name, "application/json") for file in _words(folder)}
    sheet = Kept(folder, "demo.css", "text/css; charset=utf-8")

    @router.api_route("/v1/ask.js", methods=READ)
    def newest(request: Request) -> Response:
        return bundle.response(request, SHORT)

    @router.api_route("/v1/words/{name}", methods=READ)
    def words_of(name: str, request: Request) -> Response:
        if name not in words:
            raise Problem(404, "not_found", "The widget has no words in this language.")
        return words[name].response(request, SHORT)

    @router.api_route("/demo", methods=READ)
    def demo(request: Request) -> Response:
        page = demo_page(folder, str(request.base_url).rstrip("/"), engine.examples)
        return Response(
            page, media_type="text/html", headers={"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
        )

    @router.api_route("/demo.css", methods=READ)
    def demo_style(request: Request) -> Response:
        return sheet.response(request, SHORT)

    @router.api_route("/v{version}/ask.js", methods=READ)
    def pinned(version: str, request: Request) -> Response:
        if version != __version__:
            raise Problem(404, "not_found", f"This server has version {__version__} of the widget.")
        return bundle.response(request, FOR_EVER)

    return router


class Kept:
    """A file of the package, read once, with the compressed forms that were built beside it."""

    def __init__(self, folder: Traversable, name: str, media_type: str) -> None:
        self._media_type = media_type
        self._plain = folder.joinpath(name).read_bytes()
        beside = ((coding, folder.joinpath(name + suffix)) for coding, suffix in COMPRESSED)
        self._compressed = {coding: file.read_bytes() for coding, file in beside if file.is_file()}
        self._digest = hashlib.sha256(self._plain).hexdigest()[:32]

    def response(self, request: Request, cache: str) -> Response:
        coding = next((coding for coding in self._compressed if coding in _accepted(request)), None)
        tag = f'"{self._digest}{f"-{coding}" if coding else ""}"'
        headers = {"Cache-Control": cache, "ETag": tag, "Vary": "Accept-Encoding"}
        asked = request.headers.get("if-none-match", "")
        if tag in {each.strip().removeprefix("W/") for each in asked.split(",")}:
            return Response(status_code=304, headers=headers)
        if coding:
            headers["Content-Encoding"] = coding
        return Response(self._compressed.get(coding or "", self._plain), media_type=self._media_type, headers=headers)


def demo_page(folder: Traversable, home: str, questions: tuple[str, ...]) -> str:
    """Its text has `{{name}}` for what depends on the server; `home` is the address that the reader used."""
    told = {
        "home": home,
        "version": __version__,
        "integrity": json.loads(folder.joinpath("ask.json").read_text(encoding="utf-8"))["integrity"],
        "policy": POLICY.replace("; ", ";\n"),
        "questions": "|".join(questions),
    }
    page = folder.joinpath("demo.html").read_text(encoding="utf-8")
    for name, text in told.items():
        page = page.replace(f"{{{{{name}}}}}", html.escape(text))
    return page


def _accepted(request: Request) -> set[str]:
    """Codings that the client takes; one with `q=0` is refused."""
    listed = (each.replace(" ", "").partition(";q=") for each in request.headers.get("accept-encoding", "").split(","))
    return {coding.lower() for coding, _, weight in listed if not re.fullmatch(r"0(\.0*)?", weight)}


def _words(folder: Traversable) -> list[Traversable]:
    return [file for file in folder.joinpath("words").iterdir() if file.name.endswith(".json")]
