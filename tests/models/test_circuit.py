"""The circuit by its clock, and the pauses between tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.errors import ChatModelError, Fault
from byline.models.chat_faults import Failure, failure_of, finish_of, finished_badly, worded
from byline.models.circuit import Circuit
from byline.models.retry import AGAIN, LONGEST_PAUSE_S, MOST_RETRIES, pause_before_retry

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)


def opened(now: list[float]) -> Circuit:
    circuit = Circuit(lambda: now[0], failures=5, rest_s=30)
    for number in range(5):
        assert circuit.enter() is None
        assert circuit.leave(False) is (number == 4), "it says once that it opens"
    return circuit


def test_it_opens_after_five_in_a_row_and_lets_one_try_after_its_rest() -> None:
    now = [0.0]
    circuit = opened(now)
    assert circuit.enter() == 30
    now[0] = 12.0
    assert circuit.enter() == 18
    now[0] = 30.0
    assert circuit.enter() is None
    assert circuit.enter() is not None, "the others wait for the one that tries"
    circuit.leave(True)
    assert circuit.enter() is None
    assert circuit.failed == 0


def test_a_try_that_fails_opens_it_again() -> None:
    now = [0.0]
    circuit = opened(now)
    now[0] = 40.0
    assert circuit.enter() is None
    assert circuit.leave(False) is False, "said already"
    assert circuit.enter() == 30


def test_a_reader_who_leaves_decides_nothing() -> None:
    now = [0.0]
    circuit = opened(now)
    now[0] = 31.0
    assert circuit.enter() is None
    circuit.leave(None)
    assert circuit.enter() is None, "the next one may try"
    assert circuit.failed == 5


def test_an_answer_between_failures_counts_from_nought() -> None:
    circuit = Circuit(lambda: 0.0, failures=5)
    for answered in (False, False, False, False, True, False, False, False, False):
        assert circuit.enter() is None
        circuit.leave(answered)
    assert circuit.enter() is None


@given(
    st.sampled_from(get_args(Fault)),
    st.integers(0, 6),
    st.floats(0, 100),
    st.none() | st.floats(0, 1000),
    st.integers(),
)
def test_a_pause_keeps_to_the_budget_and_to_what_is_asked(
    fault: Fault, retries: int, left_s: float, after_s: float | None, seed: int
) -> None:
    pause = pause_before_retry(Failure(fault, "failed", retry_after_s=after_s), retries, left_s, Random(seed))
    if pause is None:
        assert fault not in AGAIN or retries >= MOST_RETRIES or left_s <= max(LONGEST_PAUSE_S, after_s or 0)
        return
    assert fault in AGAIN
    assert retries < MOST_RETRIES
    assert (after_s or 0) <= pause < left_s
    assert pause <= max(LONGEST_PAUSE_S, after_s or 0)


def test_pauses_grow_and_differ_by_seed_alone() -> None:
    def pauses(seed: int) -> list[float | None]:
        random = Random(seed)
        return [pause_before_retry(Failure("unavailable", "failed"), retries, 60, random) for retries in range(4)]

    first = pauses(1)
    assert first == pauses(1)
    assert first != pauses(2)
    assert first[3] is None
    for pause, most in zip(first, (0.25, 0.5, 1.0), strict=False):
        assert pause is not None
        assert most / 2 <= pause <= most


class _Response:
    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.status_code = 429


class _VendorError(Exception):
    def __init__(self, response: _Response) -> None:
        super().__init__("Authorization: Bearer sk-planted")
        self.response = response


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        (format_datetime(NOW + timedelta(seconds=90)), 90.0),
        (format_datetime(NOW - timedelta(seconds=90)), 0.0),
        ("soon", None),
        ("", None),
        ("-3", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    failure = failure_of(_VendorError(_Response(retry_after=value)), writing=False, now=NOW)
    assert (failure.fault, failure.retry_after_s) == ("rate_limited", seconds)


def test_a_cause_counts_and_a_circle_of_causes_ends() -> None:
    outer, inner = RuntimeError("outer"), _VendorError(_Response())
    outer.__cause__, inner.__context__ = inner, outer
    assert failure_of(outer, writing=False, now=NOW).fault == "rate_limited"
    outer.__cause__ = ConnectionRefusedError()
    assert failure_of(outer, writing=False, now=NOW).fault == "unavailable"


def test_a_code_is_a_word_and_never_a_key() -> None:
    error = _VendorError(_Response())
    error.code = "sk-planted-4f9a1c7e"  # type: ignore[attr-defined]
    assert failure_of(error, writing=False, now=NOW).code is None
    error.code = "insufficient_quota"  # type: ignore[attr-defined]
    assert failure_of(error, writing=False, now=NOW).what == "answered 429 (insufficient_quota)"


@pytest.mark.parametrize(
    ("metadata", "fault"),
    [
        ({"finish_reason": "stop"}, None),
        ({"finish_reason": "length"}, None),
        ({"stop_reason": "end_turn"}, None),
        ({"done_reason": "stop", "done": True}, None),
        ({"stopReason": "guardrail_intervened"}, "declined"),
        ({"finish_reason": "SAFETY"}, "declined"),
        ({"stop_reason": "refusal"}, "declined"),
        ({"finish_reason": None, "model_name": "x"}, "garbled"),
    ],
)
def test_how_providers_say_that_they_are_done(metadata: dict[str, object], fault: Fault | None) -> None:
    failure = finished_badly(finish_of(metadata), wrote=True)
    assert (failure.fault if failure else None) == fault


@pytest.mark.parametrize("fault", get_args(Fault))
def test_every_fault_can_be_said(fault: Fault) -> None:
    error = worded(Failure(fault, "did something"), "openai:test")
    assert isinstance(error, ChatModelError)
    assert str(error).startswith("The model openai:test did something.")
