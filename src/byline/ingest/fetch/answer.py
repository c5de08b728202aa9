"""What came of asking for an address."""

from __future__ import annotations

from dataclasses import dataclass

from byline.ingest.fetch.addresses import WebAddress


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask again with: only for the address that gave it."""

    address: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """`data` is unpacked; `address` is where it was in the end, after redirects."""

    address: WebAddress
    media_type: str | None
    charset: str | None
    data: bytes
    validators: Validators


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that it is as it was."""

    address: WebAddress


@dataclass(frozen=True, slots=True)
class NotFetched:
    """`reason` is the rest of a sentence that starts with the URL. `status` is the server's, if that was the reason.

    `lasting`: asking again without a change at the site would end the same way.
    """

    reason: str
    next_step: str
    status: int | None = None
    lasting: bool = False


Answer = Fetched | NotModified | NotFetched
