"""One process owns an index directory, and gives it up by dying."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from byline.errors import LibraryBusyError
from byline.library.ownership import Ownership

pytestmark = pytest.mark.alone

HOLD = "import sys, time, pathlib; from byline.library.ownership import Ownership; " \
       "held = Ownership(pathlib.Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"  # fmt: skip


def test_a_second_process_is_refused_within_a_second_and_told_who(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        started = time.monotonic()
        with pytest.raises(LibraryBusyError, match=rf"process {holder.pid}.*--index"):
            Ownership(tmp_path)
        assert time.monotonic() - started < 1
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        Ownership(tmp_path).release()
    finally:
        holder.kill()
        holder.wait()
        if holder.stdout:
            holder.stdout.close()


def test_released_is_free_again(tmp_path: Path) -> None:
    Ownership(tmp_path).release()
    Ownership(tmp_path).release()
