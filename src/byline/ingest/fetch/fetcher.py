"""The one way to get something from the web: guarded at every hop, bounded in size and time, polite.

Sends no cookie and keeps none. Whatever happens becomes an `Answer`; nothing is raised.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from byline import __version__
from byline.ingest.fetch import headers as said
from byline.ingest.fetch.addresses import ForbiddenAddressError, WebAddress, web_address_of
from byline.ingest.fetch.answer import Answer, Fetched, NotFetched, NotModified, Validators
from byline.ingest.fetch.body import SIZE_LIMIT, BodyError, take
from byline.ingest.fetch.manners import INTERVAL_S, Manners, Pause
from byline.ingest.fetch.network import Deadline, Network, TransferError
from byline.ingest.fetch.robots import AGENT
from byline.ingest.fetch.robots import SIZE_LIMIT as ROBOTS_LIMIT

HOPS = 5
FETCH_S = 30.0
"""For one page with all its redirects, from the first connection to the last byte."""
ROBOTS_S = 10.0
RETRIES = 2
LONGEST_RETRY_S = 30.0

_REDIRECTS = (301, 302, 303, 307, 308)
_SENT = {
    "user-agent": f"{AGENT}/{__version__}",
    "accept": ", ".join(said.TYPES),
    "accept-encoding": "gzip, deflate",
    "connection": "close",
}
_LATER = "try again later"
_CHECK = "open the address in a browser and check it"


@dataclass(frozen=True, slots=True)
class _Wanted:
    size: int
    types: tuple[str, ...] = ()


_PAGE = _Wanted(SIZE_LIMIT, said.TYPES)
_ROBOTS = _Wanted(ROBOTS_LIMIT)


class Fetcher:
    """Keeps robots.txt and the time of the last fetch of each site; all else is forgotten between two fetches."""

    def __init__(
        self,
        network: Network | None = None,
        *,
        pause: Pause = time.sleep,
        interval_s: float = INTERVAL_S,
        fetch_s: float = FETCH_S,
    ) -> None:
        self._network = network or Network()
        self._pause = pause
        self._fetch_s = fetch_s
        self._manners = Manners(self._read_robots, pause, interval_s)

    def fetch(self, address: WebAddress, held: Validators | None = None) -> Answer:
        """The address and where it redirects to. `held`: what an earlier fetch of it gave to ask again with."""
        for retries_left in range(RETRIES, -1, -1):
            refused = self._manners.refusal(address)
            if refused:
                return refused
            self._manners.wait(address)
            answer, retry_s = self._follow(address, held, Deadline(self._fetch_s), _PAGE, self._manners.refusal)
            if retry_s is None or retry_s > LONGEST_RETRY_S or not retries_left:
                return answer
            self._pause(retry_s)
        raise AssertionError("the last round returns")

    def _read_robots(self, address: WebAddress) -> Fetched | NotFetched:
        answer, _ = self._follow(address, None, Deadline(min(ROBOTS_S, self._fetch_s)), _ROBOTS, None)
        return NotFetched("is not usable", _LATER) if isinstance(answer, NotModified) else answer

    def _follow(
        self,
        address: WebAddress,
        held: Validators | None,
        deadline: Deadline,
        wanted: _Wanted,
        refusal: Callable[[WebAddress], NotFetched | None] | None,
    ) -> tuple[Answer, float | None]:
        """The answer at the end of the redirects; and, when the server asks to come back, in how many seconds."""
        asked = address
        for _ in range(HOPS + 1):
            try:
                refused = refusal(address) if refusal and address.site != asked.site else None
                answer, retry_s = (refused, None) if refused else self._ask(address, held, deadline, wanted)
            except ForbiddenAddressError as error:
                where = "" if address == asked else f"redirects to {address.url}, which "
                return NotFetched(where + error.reason, error.next_step, lasting=True), None
            except BodyError as error:
                return NotFetched(str(error), _CHECK, lasting=True), None
            except TransferError as error:
                return NotFetched(str(error), _LATER), None
            if not isinstance(answer, str):
                return answer, retry_s
            try:
                address = web_address_of(answer, address)
            except ForbiddenAddressError as error:
                return NotFetched(
                    f"redirects to {answer[:200]!r}, which {error.reason}", error.next_step, lasting=True
                ), None
        return NotFetched(f"redirects more than {HOPS} times", _CHECK, lasting=True), None

    def _ask(
        self, address: WebAddress, held: Validators | None, deadline: Deadline, wanted: _Wanted
    ) -> tuple[Answer | str, float | None]:
        """One request: an answer, or the text of a redirect. Raises ForbiddenAddressError, BodyError, TransferError."""
        again = said.asking_again(held, address)
        with self._network.get(address, _SENT | again, deadline) as response:
            headers = said.read_headers(response.headers)
            status = response.status
            if headers is None:
                return NotFetched("sends headers larger than 64 kB", _CHECK, status, lasting=True), None
            if status in _REDIRECTS:
                to = said.location(headers)
                return to or NotFetched("redirects without saying where", _CHECK, status, lasting=True), None
            if status == 304 and again:
                return NotModified(address), None
            if status != 200:
                return _not_answered(status, headers)
            kind = said.media_type(headers)
            if kind is not None and wanted.types and kind not in wanted.types:
                return NotFetched(f"is {kind[:60]}, not an article", _CHECK, status, lasting=True), None
            declared = headers.get("content-length", "")
            if declared.isdecimal() and int(declared[:20]) > wanted.size:
                raise BodyError(f"is larger than {wanted.size / 1_000_000:g} MB")
            data = take(response.iter_stream(), headers.get("content-encoding"), wanted.size)
            return Fetched(address, kind, said.charset(headers), data, said.validators(headers, address)), None


def _not_answered(status: int, headers: Mapping[str, str]) -> tuple[NotFetched, float | None]:
    if status in (404, 410):
        gone = "is gone (410)" if status == 410 else "is not there (404)"
        return NotFetched(gone, "check the address", status, lasting=True), None
    if status in (401, 402, 403, 451):
        return NotFetched(f"is not open to readers ({status})", "save the page as a file", status, lasting=True), None
    if status in (429, 503):
        retry_s = said.retry_after_s(headers)
        asks = f", and asks to come back in {retry_s:.0f} seconds" if retry_s is not None else ""
        return NotFetched(f"is too busy ({status}){asks}", _LATER, status), retry_s
    lasting = status < 500
    return NotFetched(f"answered with status {status}", _CHECK if lasting else _LATER, status, lasting=lasting), None
