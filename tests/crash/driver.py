"""Syncs and reads in processes that can be killed by the hundred.

`python -m tests.crash.driver` imports everything once, before there is a thread or a client, and forks a process for
each request: a line of JSON in, the process id out at once, its wait status when it has ended. What a process says is
appended to the file `said`, line by line, so that it is there after a kill. The library, Chroma and tantivy are real;
the embedder is the double that ships.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import byline.build
import byline.ingest.batches
import byline.wiring
from byline.build import open_desk, open_synchronizer
from byline.errors import BylineError
from byline.models.tokens import count_tokens
from byline.retrieve.understand import understand
from byline.settings import Settings, read_settings
from byline.testing import HashEmbedder
from byline.types import Hit
from byline.wiring import generations_of, open_library
from tests.crash import editions, examiner, faults, soak, steps

BATCH_PASSAGES = 24
REFUSED = 1
BROKE = 70
Say = Callable[[dict[str, Any]], None]


def settings(index: Path) -> Settings:
    return read_settings({}, index=index, passage_tokens=100)


def sync(say: Say, index: Path, edition: int, first: int = editions.FIRST, batch: int = BATCH_PASSAGES) -> None:
    """Says how many articles of the work are acknowledged after each batch."""
    byline.ingest.batches.BATCH_PASSAGES = batch

    def progress(done: int, total: int) -> None:
        say({"acknowledged": done})

    with open_synchronizer(settings(index)) as synchronizer:
        report = synchronizer.sync(editions.articles(edition, first), editions.SOURCE, progress)
    say({"synced": edition, "added": report.added, "changed": report.changed, "removed": report.removed})


def read(say: Say, index: Path, numbers: list[int]) -> None:
    """Asks for each of these articles; says what came, and the seconds to the first answer."""
    started = time.monotonic()
    with open_desk(settings(index)) as desk:
        with desk.searcher.lease() as searcher:
            say({"findings": list(searcher.opened.findings)})
        for place, number in enumerate(numbers):
            hits = desk.searcher.search(understand(editions.question(number)), 20)
            if place == 0:
                say({"first_answer_s": time.monotonic() - started})
            say({"asked": number, "found": [_found(hit) for hit in hits]})
    say({"read": len(numbers)})


def hold(say: Say, index: Path, ready: str) -> None:
    """Until it is killed. Makes the file `ready` once everything is open."""
    with open_desk(settings(index)) as desk:
        desk.searcher.search(understand(editions.question(0)))
        Path(ready).touch()
        time.sleep(600)


def contents(say: Say, index: Path, numbers: list[int]) -> None:
    """Everything that must be as in a fresh index; nothing in it depends on how it came about."""
    with open_desk(settings(index)) as desk:
        hits = {n: sorted(h.passage.id for h in _asked(desk, n)) for n in numbers}
    with open_library(index) as library:
        generations = generations_of(index, library)
        active = generations.require_active()
        opened = generations.open(active)
        try:
            ids = library.passage_ids(active.rules, live=True)
            vectors = library.passage_vectors(sorted(ids), active.embedder)
            nearest = {key: opened.vectors.search(vector, 1)[:1] for key, vector in vectors.items()}
            held = {"vectors": sorted(opened.vectors.ids()), "lexical": sorted(opened.lexical.ids())}
        finally:
            opened.close()
        found = {
            "articles": {article.ref.id: article.digest for article in library.live_articles()},
            "passages": sorted(ids),
            "stale": sorted(library.passage_ids(active.rules, live=False)),
            "indexes": held,
            "not found by their own vector": [key for key, near in nearest.items() if not near or near[0][1] < 0.999],
            "hits": hits,
            "sound": library.integrity(),
        }
    say({"contents": found})


def _asked(desk: byline.build.Desk, number: int) -> list[Hit]:
    found = desk.searcher.search(understand(editions.question(number)), 20)
    return [hit for hit in found if hit.passage.article.id == editions.article_id(number)]


def _found(hit: Hit) -> dict[str, Any]:
    return {"article": hit.passage.article.id, "stamps": editions.stamps(hit.passage.text), "by": sorted(hit.ranks)}


ACTIONS: dict[str, Callable[..., None]] = {
    "sync": sync,
    "read": read,
    "hold": hold,
    "soak": soak.soak,
    "contents": contents,
}


def perform(request: dict[str, Any]) -> int:
    """Exit code, as of the command line: 0 done, 1 refused with a message, else it broke."""
    with open(request["said"], "ab", buffering=0) as file:

        def say(value: dict[str, Any]) -> None:
            file.write(json.dumps(value).encode() + b"\n")

        steps.arm(request.get("die_at"))
        faults.arm(request.get("fault"), request["index"])
        code = _exit_code(request, say)
        if "fault" in request:
            say({"fault": faults.disarm()})
        if request.get("die_at") == "count":
            say({"steps": steps.counted()})
    return code


def _exit_code(request: dict[str, Any], say: Say) -> int:
    try:
        ACTIONS[request["do"]](say, Path(request["index"]), **request.get("given", {}))
    except BylineError as error:
        say({"refused": str(error), "kind": type(error).__name__, "next_step": error.next_step})
        return REFUSED
    except BaseException:
        say({"traceback": traceback.format_exc()})
        return BROKE
    return 0


def serve() -> None:
    """One process at a time, until the input ends."""
    prepare()
    with examiner.comparing():
        print("ready", flush=True)  # noqa: T201
        for line in sys.stdin:
            _fork(json.loads(line))


def _fork(request: dict[str, Any]) -> None:
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os._exit(perform(request))
    print(child, flush=True)  # noqa: T201
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def prepare() -> None:
    setattr(byline.wiring, "load_embedder", lambda *_, **__: HashEmbedder())  # noqa: B010 - it is not exported
    count_tokens("loads the tables")


def once(request: str) -> int:
    """One request in this process: a start from nothing, and what strace can follow."""
    prepare()
    return perform(json.loads(request))


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(once(sys.argv[1]))
    serve()
