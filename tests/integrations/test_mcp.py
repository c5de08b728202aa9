"""The real `mcp` client over both transports: the tools, what they give, and who is refused."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import StdioServerParameters
from mcp.client.client import Client

from byline.build import Desk, run_mcp
from byline.errors import SettingsError
from tests.serving import NOBODY, TARGET

TOOLS = {"ask_articles", "search_articles", "get_article"}


async def used(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS
    for tool in tools.values():
        assert tool.annotations
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tool.output_schema
        assert tool.description
    answered = await called(client, "ask_articles", question=TARGET)
    assert "$100 billion" in answered["answer"]
    found = await called(client, "search_articles", query=TARGET, limit=2)
    assert len(found["hits"]) == 2
    citation = answered["citations"][0]
    opened = await called(
        client, "get_article", article_id=citation["article_id"], passage_ids=[citation["passage_id"]]
    )
    assert citation["quote"] in opened["passages"][0]["text"]
    assert opened["text"] is None
    refused = await called(client, "ask_articles", question=NOBODY)
    assert (refused["answered"], refused["reason"]) == (False, "not_in_articles")
    none = await called(client, "ask_articles", question=TARGET, filters={"date_to": "1999-12-31"})
    assert not none["answered"]


async def called(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    found = result.structured_content
    assert isinstance(found, dict)
    return found


def over(server: Any, use: Callable[[Client], Any]) -> Any:
    async def run() -> Any:
        async with Client(server) as client:
            return await use(client)

    return asyncio.run(run())


def test_over_http(host: str) -> None:
    over(f"{host}/mcp", used)


def test_over_standard_input_and_output(demo_index: Path, tmp_path: Path) -> None:
    index = shutil.copytree(demo_index, tmp_path / "index")  # the other one has its owner
    command = ["-c", "from byline.cli import main; main(['mcp', '--index', __import__('sys').argv[1]])"]
    over(StdioServerParameters(command=sys.executable, args=[*command, str(index)], env=plain()), used)


def plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}


def test_the_text_of_an_answer_has_its_sources(host: str) -> None:
    async def text(client: Client) -> str:
        [content] = (await client.call_tool("ask_articles", {"question": TARGET})).content
        return str(getattr(content, "text", ""))

    said, _, sources = over(f"{host}/mcp", text).partition("Sources:\n")
    lines = sources.splitlines()
    assert "$100 billion" in said
    for number, line in enumerate(lines, 1):
        assert line.startswith(f"[{number}] ")
        assert f"[{number}]" in said


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask_articles", {"question": "?!"}, "There are no words in the question"),
        ("ask_articles", {"question": TARGET, "as_of": "yesterday"}, "no date"),
        ("get_article", {"article_id": "nobody"}, "No article has the id"),
        ("search_articles", {"query": TARGET, "limit": 1000}, "less than or equal to 20"),
    ],
)
def test_a_tool_says_what_is_wrong(host: str, tool: str, arguments: dict[str, Any], words: str) -> None:
    async def told(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    result = over(f"{host}/mcp", told)
    assert result.is_error
    assert words in str(result.content)


@pytest.mark.parametrize("name", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_another_name_for_this_address_is_refused(host: str, name: str) -> None:
    """DNS rebinding: the page of another site that points its own name here."""
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"Host": name, "Origin": f"http://{name}", "Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{host}/mcp", json=asked, headers=headers).status_code in {403, 421}


def test_without_the_package_there_is_a_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "byline.integrations.mcp", raising=False)
    for name in [name for name in sys.modules if name == "mcp" or name.startswith("mcp.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Absent(), *sys.meta_path])
    with pytest.raises(SettingsError, match=r"pip install 'byline\[mcp\]'"):
        run_mcp(desk)


class Absent(MetaPathFinder):
    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name.partition(".")[0] in ("mcp", "mcp_types"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
