from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from byline.serve.buckets import TokenBuckets


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_the_rate_then_the_burst_again() -> None:
    clock = Clock()
    buckets = TokenBuckets(per_minute=60, burst=3, clock=clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 1.0]
    assert buckets.take("b") == 0  # nobody else's
    clock.now = 0.5
    assert buckets.take("a") == 0.5
    clock.now = 1.0
    assert [buckets.take("a"), buckets.take("a")] == [0, 1.0]
    clock.now = 1_000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 1.0]


@given(st.lists(st.floats(0, 30), min_size=1, max_size=80), st.integers(1, 5), st.integers(1, 120))
def test_no_more_than_the_burst_and_the_rate_in_any_time(pauses: list[float], burst: int, per_minute: int) -> None:
    clock = Clock()
    buckets = TokenBuckets(per_minute, burst, clock=clock)
    served = 0
    for pause in pauses:
        clock.now += pause
        served += buckets.take("a") == 0
    assert served <= burst + clock.now * per_minute / 60 + 1e-6


def test_who_waits_as_told_is_served() -> None:
    clock = Clock()
    buckets = TokenBuckets(per_minute=7, burst=1, clock=clock)
    assert buckets.take("a") == 0
    clock.now += buckets.take("a") + 1e-9
    assert buckets.take("a") == 0


def test_many_addresses_take_no_memory() -> None:
    clock = Clock()
    buckets = TokenBuckets(per_minute=1, burst=1, capacity=100, clock=clock)
    for number in range(1_000):
        assert buckets.take(str(number)) == 0
    assert len(buckets) == 100
    assert buckets.take("999") > 0  # the latest are remembered
