"""In which way a language model failed, and how to say so without its own words. Pure.

What a provider says of a failure can hold the key, the address or the reader's question: none of it is passed on but a
status and a short code. Providers share no exceptions: status, `Retry-After` and causes are read by their looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from byline.errors import ChatModelError, Fault

_BY_STATUS: dict[int, Fault] = {
    401: "unauthorized", 402: "unauthorized", 403: "unauthorized",
    404: "unknown_model",
    408: "timeout", 504: "timeout",
    429: "rate_limited",
}  # fmt: skip
_BY_CODE: dict[str, Fault] = {
    "content_filter": "declined",
    "invalid_api_key": "unauthorized",
    "model_not_found": "unknown_model",
    "rate_limit_exceeded": "rate_limited",
}
_BROKEN_OFF = {"RemoteProtocolError", "ReadError", "IncompleteRead", "ConnectionResetError"}
_FINISHED = re.compile(r"(?:finish|stop|done)_?reason", re.IGNORECASE)
_DECLINED = re.compile(r"content_?filter|refusal|safety|prohibited|blocklist|recitation|guardrail|spii", re.IGNORECASE)
_CODE = re.compile(r"[a-z][a-z_]{2,40}")


@dataclass(frozen=True, slots=True)
class Failure:
    """`code` is the provider's own word for it, one of a fixed vocabulary; `retry_after_s` what it asks for."""

    fault: Fault
    what: str
    status: int | None = None
    code: str | None = None
    retry_after_s: float | None = None


def failure_of(error: BaseException, *, writing: bool, now: datetime) -> Failure:
    """`writing`: words had come already, so that the connection was there and what they asked for too."""
    chain = list(_chain(error))
    status = next(filter(None, map(_status, chain)), None)
    code = next(filter(None, map(_code, chain)), None)
    after = next((seconds for one in chain if (seconds := _retry_after(one, now)) is not None), None)
    if code in _BY_CODE:
        return Failure(_BY_CODE[code], f"answered {code}", status, code, after)
    if status is not None and status >= 400:
        fault = _BY_STATUS.get(status, "unavailable" if status >= 500 else "declined")
        return Failure(fault, f"answered {status}" + (f" ({code})" if code else ""), status, code, after)
    names = {kind.__name__ for one in chain for kind in type(one).__mro__}
    if any(isinstance(one, TimeoutError) for one in chain) or any("Timeout" in name for name in names):
        return Failure("timeout", "did not answer in time")
    if writing or names & _BROKEN_OFF:
        return Failure("garbled", "stopped in the middle of an answer")
    if any(isinstance(one, ValueError) for one in chain) and "APIConnectionError" not in names:
        return Failure("garbled", "answered in a way that cannot be read")
    if any(isinstance(one, OSError) for one in chain) or any("Connect" in name or "APIError" in name for name in names):
        return Failure("unavailable", "cannot be reached")
    return Failure("garbled", "answered in a way that cannot be read")


def finish_of(metadata: dict[str, Any]) -> str | None:
    """Why the provider says that it stopped; None while it has not said so."""
    return next((str(value) for key, value in metadata.items() if value and _FINISHED.fullmatch(key)), None)


def finished_badly(finish: str | None, wrote: bool) -> Failure | None:
    """What is wrong with an answer that ended, if anything is; one cut at the most tokens asked for is not."""
    if finish is None:
        return Failure("garbled", "stopped in the middle of an answer" if wrote else "did not send an answer")
    if _DECLINED.search(finish):
        return Failure("declined", "declined to answer")
    return None if wrote else Failure("empty", "wrote nothing")


_NEXT_STEP: dict[Fault, str] = {
    "timeout": "Ask a faster model, or raise BYLINE_MODEL_TIMEOUT_S.",
    "rate_limited": "Ask less often, or raise the quota at the provider.",
    "unavailable": "Check that it runs, and BYLINE_MODEL_URL.",
    "unauthorized": "Check BYLINE_MODEL_KEY.",
    "unknown_model": "Check the name in BYLINE_MODEL, and BYLINE_MODEL_URL.",
    "declined": "",
    "garbled": "Check BYLINE_MODEL_URL: what answers there may not be a chat model.",
    "empty": "",
}


def worded(failure: Failure, name: str) -> ChatModelError:
    return ChatModelError(failure.fault, f"The model {name} {failure.what}.", _NEXT_STEP[failure.fault])


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _status(error: BaseException) -> int | None:
    places = (error, getattr(error, "response", None), _body(error))
    for place in places:
        for name in ("status_code", "status", "code"):
            value = place.get(name) if isinstance(place, dict) else getattr(place, name, None)
            if isinstance(value, int) and not isinstance(value, bool) and 100 <= value < 600:
                return value
    return None


def _body(error: BaseException) -> dict[str, Any]:
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    return inner if isinstance(inner, dict) else {}


def _code(error: BaseException) -> str | None:
    """Only one that looks like a word of a vocabulary: never a sentence, never a key."""
    body = _body(error)
    found = [getattr(error, "code", None), body.get("code"), body.get("type")]
    return next((one for one in found if isinstance(one, str) and _CODE.fullmatch(one)), None)


def _retry_after(error: BaseException, now: datetime) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    try:
        said = headers.get("retry-after") if headers is not None else None
        if said is None:
            return None
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", said.strip()):
            return float(said)
        return max(0.0, (parsedate_to_datetime(said).astimezone(UTC) - now).total_seconds())
    except (AttributeError, TypeError, ValueError):
        return None
