"""What readers hold is closed once, after it was replaced and the last of them is done, never before."""

from __future__ import annotations

import threading
from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st

from byline.library.current import Current

STEPS = st.lists(st.sampled_from(["take", "give back", "replace"]), max_size=30)


@given(STEPS, st.booleans())
def test_closed_once_and_never_while_held(steps: list[str], end: bool) -> None:
    closed: list[int] = []
    current = Current(0, closed.append)
    leases: list[tuple[int, ExitStack]] = []
    newest = 0
    for step in steps:
        if step == "take":
            stack = ExitStack()
            leases.append((stack.enter_context(current.lease()), stack))
            assert leases[-1][0] == newest
        elif step == "give back" and leases:
            leases.pop(0)[1].close()
        elif step == "replace":
            newest += 1
            current.replace(newest)
        held = {value for value, _ in leases} | {newest}
        assert not held & set(closed)
        assert sorted(closed) == sorted(set(closed)) == [value for value in range(newest) if value not in held]
    for _, stack in leases:
        stack.close()
    if end:
        current.close()
        current.close()
    assert sorted(closed) == list(range(newest + end))


def test_many_threads() -> None:
    closed: list[int] = []
    current = Current(0, closed.append)
    wrong: list[int] = []

    def read() -> None:
        for _ in range(2_000):
            with current.lease() as value:
                if value in closed:
                    wrong.append(value)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for value in range(1, 200):
        current.replace(value)
    for reader in readers:
        reader.join()
    assert wrong == []
    assert sorted(closed) == list(range(199))
