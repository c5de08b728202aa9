"""What people meet first: every command and option explains itself, and nothing heavy is loaded to say so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import typer.main

from byline.cli import app

HEAVY = ["chromadb", "gradio", "langchain", "langchain_core", "sentence_transformers", "tantivy", "torch"]

RUN = """
import json, sys
sys.argv = ["byline", *json.loads(sys.argv[1])]
from byline.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def imported_by(code: str, *arguments: str) -> set[str]:
    command = [sys.executable, "-c", code, json.dumps(arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(ran.stderr.splitlines()[-1]))


GROUP = typer.main.get_command(app)
COMMANDS = dict(getattr(GROUP, "commands", {}))


def test_the_commands_are_these() -> None:
    assert set(COMMANDS) == {
        *("sync", "ask", "search", "serve", "status", "doctor"),
        *("withdraw", "revisions", "answer", "verify", "purge"),
        *("index", "backup", "restore", "calibrate", "mcp", "models"),
    }
    assert GROUP.help


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_has_help(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, typer.core.TyperOption):
            assert parameter.help, f"byline {name} {parameter.opts}"
        else:
            assert parameter.metavar, f"byline {name} {parameter.name}"


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (RUN, ("--help",)),
        (RUN, ("ask", "--help")),
        ("import json, sys, byline.cli; print(json.dumps(sorted(sys.modules)), file=sys.stderr)", ()),
    ],
    ids=["byline --help", "byline ask --help", "import byline.cli"],
)
def test_help_imports_nothing_heavy(code: str, arguments: tuple[str, ...]) -> None:
    assert not imported_by(code, *arguments) & {*HEAVY, "numpy", "sqlalchemy", "onnxruntime"}


def test_looking_imports_no_index(demo_index: Path) -> None:
    assert not imported_by(RUN, "status", "--index", str(demo_index)) & set(HEAVY)


def test_asking_imports_neither_torch_nor_a_page(demo_index: Path) -> None:
    loaded = imported_by(RUN, "ask", "What is the trade target for 2030?", "--index", str(demo_index))
    assert loaded & {"chromadb", "tantivy", "onnxruntime"}
    assert not loaded & {"torch", "gradio", "langchain", "langchain_core", "sentence_transformers", "transformers"}
