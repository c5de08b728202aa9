from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.ingest.formats.parsed import Unreadable, parsed_from
from byline.ingest.limited.sandbox import Sandbox
from byline.types import Article, Rejected

KILLERS = "tests.ingest.killers"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(module=KILLERS) as made:
        yield made


def pid_of(sandbox: Sandbox) -> int:
    [worker] = sandbox._idle
    return worker.pid


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize(
    ("task", "reason", "seconds"),
    [
        ("spin", "within 20 s of CPU time", 10),
        ("allocate", "within 1 GB of memory", 20),
        ("leave", "crash", 10),
        ("crash", "crash", 10),
        ("flood", "32 MB", 20),
    ],
)
def test_a_parse_that_kills_its_worker_costs_one_file(sandbox: Sandbox, task: str, reason: str, seconds: float) -> None:
    before, started = peak_megabytes(), time.monotonic()
    with pytest.raises(Unreadable, match=reason):
        sandbox.run(task, b"x" * 1_000_000)
    assert time.monotonic() - started < 30 + seconds  # the limit is of CPU; the machine may be busy
    assert peak_megabytes() - before < 100
    assert isinstance(sandbox.read_page(b"Words.", "next.html"), Article)


def test_a_parse_that_hangs_is_ended_at_its_time(tmp_path: Path) -> None:
    with Sandbox(module=KILLERS, timeout_s=2) as sandbox:
        assert isinstance(sandbox.read_page(b"Words.", "a.html"), Article)
        before = pid_of(sandbox)
        for _ in range(2):
            started = time.monotonic()
            with pytest.raises(Unreadable, match="within 2 s"):
                sandbox.run("sleep", b"")
            assert time.monotonic() - started < 5
        assert not is_running(before)
        # A request larger than a pipe holds, to a process that never reads it all.
        assert isinstance(sandbox.read_page(b"Words. " * 1_000_000, "b.html"), Article)


def test_one_worker_serves_many_files_and_a_dead_one_is_not_the_next_files_fault(sandbox: Sandbox) -> None:
    sandbox.read_page(b"One.", "1.html")
    first = pid_of(sandbox)
    sandbox.read_page(b"Two.", "2.html")
    assert pid_of(sandbox) == first
    os.kill(first, 9)
    assert isinstance(sandbox.read_page(b"Three.", "3.html"), Article)
    assert pid_of(sandbox) != first


def test_a_parser_reaches_neither_network_nor_disk_nor_other_programs(sandbox: Sandbox, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        with pytest.raises(Unreadable, match="may not use socket"):
            sandbox.run("connect", f"127.0.0.1:{server.getsockname()[1]}".encode())
        with pytest.raises(TimeoutError):
            server.accept()
    for task in ("write", "run"):
        with pytest.raises(Unreadable, match="may not"):
            sandbox.run(task, str(tmp_path / "made").encode())
    assert list(tmp_path.iterdir()) == []


def test_a_parser_knows_nothing_it_need_not(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED_KEY", "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        os.set_inheritable(server.fileno(), True)
        found = sandbox.run("environment", b"")["fields"]
        opened = sandbox.run("files", b"")["fields"]["open"]
    assert "PLANTED_KEY" not in found["names"]
    assert not {"chromadb", "torch", "tantivy", "sqlalchemy", "byline.settings"} & set(found["modules"])
    assert not any(name.startswith("socket:") for name in opened)


def test_the_real_worker_imports_no_index_and_no_model() -> None:
    code = (
        "import sys, byline.ingest.limited.parsing\n"
        "from byline.ingest.formats import feed, html, pdf\n"
        "print([name for name in ('chromadb', 'torch', 'tantivy', 'sqlalchemy', 'onnxruntime') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_what_comes_back_is_not_trusted(sandbox: Sandbox) -> None:
    with pytest.raises(Unreadable, match="no sensible answer"):
        parsed_from(sandbox.run("nonsense", b""))
    found = sandbox.read_page("a\u200bb <b>c</b>\u202e".encode(), "a.html")
    assert isinstance(found, Article)
    assert found.text == "ab c"


def test_several_threads_share_it() -> None:
    found: list[Article | Rejected] = []
    with Sandbox(2, module=KILLERS) as sandbox:
        threads = [
            threading.Thread(target=lambda n=n: found.append(sandbox.read_page(b"Words %d." % n, f"{n}.html")))
            for n in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(sandbox._idle) <= 2
    assert sorted(item.text for item in found if isinstance(item, Article)) == sorted(f"Words {n}." for n in range(20))


def test_workers_end_with_whoever_asked(sandbox: Sandbox) -> None:
    sandbox.read_page(b"Words.", "a.html")
    pid = pid_of(sandbox)
    sandbox.close()
    assert not is_running(pid)


@pytest.mark.parametrize("busy", [False, True])
def test_workers_end_when_the_parent_is_killed(busy: bool) -> None:
    """An idle one at once; one at work when its time is up at the latest."""
    code = (
        "import sys, time\n"
        "from byline.ingest.limited.sandbox import Sandbox\n"
        f"sandbox = Sandbox(module={KILLERS!r})\n"
        "sandbox.read_page(b'Words.', 'a.html')\n"
        "print(sandbox._idle[0].pid, flush=True)\n" + ("sandbox.run('spin', b'')\n" if busy else "time.sleep(600)\n")
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.5)
        parent.kill()
    deadline = time.monotonic() + (60 if busy else 5)
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_running(pid)
