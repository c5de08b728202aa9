"""The committed bundle is what `widget/` builds, as small as it promises, and its parts do what they say."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from tests.conftest import ROOT, skip_or_fail

WIDGET = ROOT / "widget"
COMMITTED = Path(str(files("byline.serve"))) / "static" / "widget"
MAX_BROTLI, MAX_RAW = 8_000, 24_000  # bytes


@pytest.fixture(scope="module")
def node() -> str:
    """Node with what the lock file names; where nothing is installed yet it is installed, without its scripts."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if not found or not npm:
        skip_or_fail("node or npm is absent")
    if not (WIDGET / "node_modules" / ".package-lock.json").is_file():
        install = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if subprocess.run(install, cwd=WIDGET, capture_output=True, check=False).returncode:
            skip_or_fail(f"npm ci fails in {WIDGET.name}/")
    return str(found)


def run(node: str, *arguments: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    ended = subprocess.run([node, *arguments], cwd=WIDGET, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{ended.stdout[-6000:]}{ended.stderr[-2000:]}"


def test_a_rebuild_gives_the_same_bytes(node: str, tmp_path: Path) -> None:
    run(node, "build.mjs", str(tmp_path))
    built = sorted(file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.suffix in {".js", ".json"})
    assert len(built) == 10
    for file in built:
        assert (COMMITTED / file).read_bytes() == (tmp_path / file).read_bytes(), f"run `npm run build` for {file}"


def test_types_hold(node: str) -> None:
    run(node, "node_modules/typescript/bin/tsc")


def test_its_parts_do_what_they_say(node: str) -> None:
    run(node, "test.mjs")


def test_it_is_small() -> None:
    code = (COMMITTED / "ask.js").read_bytes()
    assert len(code) <= MAX_RAW
    assert len(brotli.compress(code, quality=11)) <= MAX_BROTLI
    assert (COMMITTED / "ask.js.br").stat().st_size <= MAX_BROTLI


def test_its_hash_is_the_one_that_pages_are_given() -> None:
    code, told = (COMMITTED / "ask.js").read_bytes(), json.loads((COMMITTED / "ask.json").read_text())
    digest = base64.b64encode(hashlib.sha384(code).digest()).decode()
    assert told == {"file": "ask.js", "bytes": len(code), "integrity": f"sha384-{digest}"}


@pytest.mark.parametrize(
    "forbidden",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "localStorage", "cookie",
     "unload", "createElement(\"style\")", "http://", "https://", "sourceMappingURL"],
)  # fmt: skip
def test_it_has_no_way_to_do_what_it_must_not(forbidden: str) -> None:
    assert forbidden not in (COMMITTED / "ask.js").read_text(encoding="utf-8")


def test_it_needs_nothing_at_run_time_and_locks_what_builds_it() -> None:
    package = json.loads((WIDGET / "package.json").read_text())
    lock = json.loads((WIDGET / "package-lock.json").read_text())
    assert "dependencies" not in package
    assert all(re.fullmatch(r"[\d.]+", version) for version in package["devDependencies"].values())
    assert all(each.get("integrity") for name, each in lock["packages"].items() if name)
    assert "resolved" not in json.dumps(lock)
