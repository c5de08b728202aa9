"""`byline mcp`: the articles for an agent on this machine."""

from __future__ import annotations

from byline.commands.options import Index, settings_of


def mcp(index: Index = None) -> None:
    """Serve agents over standard input and output (MCP): ask, search and open articles."""
    from byline.build import open_desk, run_mcp

    with open_desk(settings_of(index)) as desk:
        run_mcp(desk)
