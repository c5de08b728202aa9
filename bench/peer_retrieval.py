"""What the peers in `../shared/peers` retrieve for a set of questions, kept under the digest of all that it depends on.

`python -m bench.peer_retrieval multihop|squad PEER…` ingests the articles for a peer that embeds them: 12 CPU-minutes
for the 609 news articles, so it is never done on the way.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from bench.asked import Ranked
from bench.data import SHARED, WORK, rows, squad_articles
from bench.digests import digest_of
from bench.peers import PEERS, PYTHON, ingest, model, run

FOLDER = WORK / "peers"
NEEDS = {"langchain_naive": "langchain_chroma", "bm25s_floor": "bm25s"}
"""Peer → a package without which it cannot run."""

CHEAP = frozenset({"bm25s_floor"})
"""Ingested on the way, in seconds."""

RETRIEVE = """
import json, sys
from importlib import import_module
index, model, peer, questions, found = sys.argv[1:]
peer = import_module(peer).PEER(index, model)
peer.load()
ranked = [[(hit.article_id, str(hit)) for hit in peer.retrieve(q, 10)] for q in json.load(open(questions))]
json.dump(ranked, open(found, "w"))
"""


def retrieved(name: str, articles: Path, questions: Sequence[str]) -> tuple[dict[str, list[Ranked]], dict[str, str]]:
    """(peer → the ten best chunks of every question, peer → why there are none)"""
    found, absent = {}, {}
    for peer in NEEDS:
        if not PEERS.is_dir():
            absent[peer] = f"its script is not at {PEERS}"
            continue
        state = digest_of(articles, PEERS / f"{peer}.py", PEERS / "common.py")
        key = sha256(json.dumps([state, *questions]).encode()).hexdigest()
        kept = FOLDER / f"{name}-{peer}-{key[:16]}.json"
        if not kept.exists():
            why = _missing(name, peer, articles, state)
            if why:
                absent[peer] = why
                continue
            asked = FOLDER / f"{name}-questions.json"
            asked.write_text(json.dumps(list(questions)))
            run(RETRIEVE, FOLDER / f"{name}-{peer}", model(), peer, asked, kept)
        found[peer] = [tuple((article, text) for article, text in ranked) for ranked in json.loads(kept.read_text())]
    return found, absent


def _missing(name: str, peer: str, articles: Path, state: str) -> str | None:
    """Why the peer has no index of these articles; a cheap one is made."""
    if not PYTHON.exists() or not list(PYTHON.parents[1].glob(f"lib/*/site-packages/{NEEDS[peer]}")):
        return f"{NEEDS[peer]} is not installed in the peers' environment"
    if _state(name, peer) == state:
        return None
    if peer not in CHEAP:
        return f"not ingested; python -m bench.peer_retrieval {name} {peer}"
    prepare(name, peer, articles)
    return None


def prepare(name: str, peer: str, articles: Path) -> None:
    """Every article with the keys that peers ask for, empty where the set has none."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    whole = FOLDER / f"{name}.jsonl"
    with whole.open("w", encoding="utf-8") as lines:
        for row in rows(articles):
            lines.write(json.dumps({"publisher": "", "date": "", "url": "", **row}) + "\n")
    ingest(whole, FOLDER / f"{name}-{peer}", peer)
    (FOLDER / f"{name}-{peer}.of").write_text(digest_of(articles, PEERS / f"{peer}.py", PEERS / "common.py"))


def _state(name: str, peer: str) -> str | None:
    path = FOLDER / f"{name}-{peer}.of"
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    chosen, *peers = sys.argv[1:]
    sources = {"multihop": SHARED / "multihop_rag" / "articles.jsonl", "squad": WORK / "squad.jsonl"}
    squad_articles(sources["squad"])
    for each in peers:
        prepare(chosen, each, sources[chosen])
