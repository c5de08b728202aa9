"""Byline as an MCP server: agents ask, search and open articles. Tools read only; each gives text and structured data.

byline mcp                              # over stdio
http://127.0.0.1:7860/mcp               # over streamable HTTP, where `byline serve` runs
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, Protocol

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from byline import __version__
from byline.article_json import article_json
from byline.asked import AskedFilters, moment_of
from byline.cited import Numbers, cited, cited_json, linkable_source
from byline.errors import BylineError, QuestionError, UnknownIdError
from byline.library.database import Library
from byline.prose import notes, numbered_articles, source_lines
from byline.protocols import AnswersQuestions
from byline.retrieve.search import Searches
from byline.retrieve.understand import understand
from byline.shapes import AnswerShape, ArticleShape, FoundShape
from byline.types import Answer, Filters, Question
from byline.wire import hits_json

logger = logging.getLogger(__name__)

PATH = "/mcp"
LOADING = "Models and articles are being loaded; try again in a few seconds."
BROKEN = "Something went wrong while answering."
INSTRUCTIONS = (
    "Answers come from the publisher's articles alone, in sentences that each name the words that support them. "
    "Cite the numbered sources. `answered: false` means that the articles do not say it."
)
MAX_HITS = 20
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_READS_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

App = Callable[[Any, Any, Any], Awaitable[None]]
AsOf = Annotated[str | None, Field(max_length=40, description="Ask as on that day, such as 2026-01-31.")]
Asking = Annotated[str, Field(max_length=2_000)]


class OpenDesk(Protocol):
    """What the tools read from; None where there is none."""

    @property
    def answerer(self) -> AnswersQuestions: ...
    @property
    def searcher(self) -> Searches | None: ...
    @property
    def library(self) -> Library | None: ...
    @property
    def full_text(self) -> bool: ...


def mcp_server(desk: Callable[[], OpenDesk | None]) -> MCPServer[Any]:
    """`desk` gives None while it is being loaded."""
    server: MCPServer[Any] = MCPServer(
        "byline", title="Byline", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
    )

    def ready() -> OpenDesk:
        if (found := desk()) is None:
            raise ToolError(LOADING)
        return found

    @server.tool(annotations=_READS_ONLY, title="Ask the articles")
    def ask_articles(
        question: Asking, filters: AskedFilters | None = None, as_of: AsOf = None
    ) -> Annotated[CallToolResult, AnswerShape]:
        """Answer a question from the publisher's articles, with quotes that support every sentence."""
        with _told():
            answer = ready().answerer.answer(_question(question, filters, as_of))
        return _result(cited_json(answer), answer_text(answer))

    @server.tool(annotations=_READS_ONLY, title="Search the articles")
    def search_articles(
        query: Asking,
        filters: AskedFilters | None = None,
        as_of: AsOf = None,
        limit: Annotated[int, Field(ge=1, le=MAX_HITS)] = 5,
    ) -> Annotated[CallToolResult, FoundShape]:
        """Find the passages of the publisher's articles that are nearest to a query."""
        with _told():
            searcher = ready().searcher
            if searcher is None:
                raise ToolError("There is no search here.")
            asked = _question(query, filters, as_of)
            asked = replace(understand(asked.text, (), asked.as_of), filters=asked.filters)
            hits = searcher.search(asked, limit)
        found = hits_json(hits, question=asked)
        sources = [linkable_source(hit.passage.article) for hit in hits]
        found["hits"] = [{**hit, "source": source} for hit, source in zip(found["hits"], sources, strict=True)]
        texts = [f"{hit.passage.article.header} ({hit.passage.article.id})\n{hit.passage.text}" for hit in hits]
        return _result(found, "\n\n".join(texts) or "Nothing was found.")

    @server.tool(annotations=_READS_ONLY, title="Open an article")
    def get_article(
        article_id: Annotated[str, Field(max_length=500, description="`article_id` of a source.")],
        passage_ids: Annotated[Sequence[str], Field(max_length=20, description="Passages of it to show.")] = (),
    ) -> Annotated[CallToolResult, ArticleShape]:
        """Open an article: its head, how it begins, the passages asked for, and its address."""
        with _told():
            opened = ready()
            if opened.library is None:
                raise ToolError("There are no articles here.")
            article = opened.library.visible_article(article_id)
            held = opened.library.live_passages(list(passage_ids)).values()
        mine = [passage for passage in held if passage.article.id == article.ref.id]
        shown = article_json(article, mine, full_text=opened.full_text)
        texts = [article.ref.header, article.ref.url, shown["text"] or shown["opening"], *(p.text for p in mine)]
        return _result(shown, "\n\n".join(filter(None, texts)))

    return server


def http_app(server: MCPServer[Any], hosts: Sequence[str] = ()) -> Any:
    """A Starlette application for `PATH`, whose lifespan has to run. It answers under loopback names and `hosts` alone:
    a page of another site that has made its own name point here is refused (DNS rebinding).
    """
    names = [f"{name}{port}" for name in (*_LOOPBACK, *hosts) for port in ("", ":*")]
    origins = [f"{scheme}://{name}" for scheme in ("http", "https") for name in names]
    guarded = TransportSecuritySettings(allowed_hosts=names, allowed_origins=origins)
    return server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=64 * 1024,
        transport_security=guarded,
    )


def answer_text(answer: Answer) -> str:
    """The sentences with numbers, what stands beside them, and the sources behind the numbers."""
    numbers = Numbers()
    said = cited(answer, numbers).text
    beside = notes(answer, numbers)
    lines = source_lines(numbered_articles(answer, numbers))
    return "\n\n".join(part for part in (said, beside, lines and f"Sources:\n{lines}") if part)


def _question(text: str, filters: AskedFilters | None, as_of: str | None) -> Question:
    try:
        moment = moment_of(as_of) if as_of else None
    except ValueError as error:
        raise ToolError(f"`as_of` is no date: {as_of[:40] if as_of else ''}.") from error
    return Question(text, text, as_of=moment, filters=filters.filters() if filters else Filters())


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong with the request is told; what is wrong with the server goes to its log."""
    try:
        yield
    except (QuestionError, UnknownIdError) as error:
        raise ToolError(str(error)) from error
    except BylineError as error:
        logger.error("A tool failed: %s", error)
        raise ToolError(BROKEN) from error


def _result(structured: dict[str, Any], text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structured)
