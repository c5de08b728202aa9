"""Addresses on the web → articles. A page, a PDF, a feed, a sitemap: what it is shows when it is there.

An address is asked with what its server gave to ask again with, and one that a feed or sitemap says is as it was is not
asked at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from byline.errors import SourceError
from byline.ingest.fetch.addresses import ForbiddenAddressError, WebAddress, web_address_of
from byline.ingest.fetch.answer import Answer, Fetched, NotFetched, NotModified, Validators
from byline.ingest.fetch.fetcher import Fetcher
from byline.ingest.formats.feed import is_feed, is_sitemap
from byline.ingest.formats.sitemap import SitemapEntry
from byline.ingest.limited.sandbox import Sandbox
from byline.ingest.unchanged import READER_VERSION, Item, Unchanged, raw_digest
from byline.ingest.web.lists import Listed, entries_of, newest_first
from byline.ingest.web.page import not_there, read_fetched
from byline.library.fetched import Fetch
from byline.types import Rejected

PAGES = 500
"""Fetched for one source in one sync; the next sync goes on from there."""
SITEMAPS = 20
"""Fetched of one sitemap index in one sync, the newest first."""
SILENT = 3
"""Times running that a site does not answer before the rest of its pages is left for the next sync: each costs 30 s."""
TRUSTED = timedelta(days=1)
"""How long a page is left unasked of which the feed or sitemap says that it is as it was."""
UNTOLD = timedelta(hours=1)
"""The same for one of which it says nothing."""

_READER = f"{READER_VERSION.decode()}:"

Memory = Callable[[Sequence[str]], Mapping[str, Fetch]]
"""What is known of addresses that were fetched before."""


class WebSource:
    """One reading of one source.

    What is to be remembered piles up here until the articles are in the library: `take_fetched` of what was read so
    far, `lists` of feeds and sitemaps, which count only when everything is done.
    """

    def __init__(
        self,
        name: str,
        fetcher: Fetcher,
        sandbox: Sandbox,
        memory: Memory,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._name = name
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._memory = memory
        self._now = now
        self._fetched: list[Fetch] = []
        self._pages_left = PAGES
        self._missing = 0  # pages that are to be tried again
        self._silent: Counter[str] = Counter()  # site → times running that it did not answer
        self.lists: list[Fetch] = []

    def take_fetched(self) -> list[Fetch]:
        taken, self._fetched = self._fetched, []
        return taken

    def read(self, url: str) -> Iterator[Item]:
        """Raises SourceError when nothing is to be had at the address and nothing ever was."""
        yield from self._read(url, alone=True)

    def read_all(self, urls: Iterable[str]) -> Iterator[Item]:
        """Each as by itself, but that one which cannot be had is a Rejected."""
        for url in urls:
            yield from self._read(url, alone=False)

    def _read(self, url: str, *, alone: bool) -> Iterator[Item]:
        try:
            address = web_address_of(url)
        except ForbiddenAddressError as error:
            yield _refused(url, error.reason, error.next_step, alone=alone)
            return
        before = self._memory([address.url]).get(address.url)
        answer = self._ask(address, before)
        if isinstance(answer, NotFetched) and not (before and before.live):
            yield _refused(url, answer.reason, answer.next_step, alone=alone)
        elif isinstance(answer, NotModified) and before and before.article_id is None:
            self.lists.append(replace(before, fetched_at=self._now()))
        elif isinstance(answer, Fetched) and (is_sitemap(answer.data) or is_feed(answer.data)):
            yield from self._list(address, answer, before)
        else:
            yield self._page(address, answer, before)

    def _list(self, address: WebAddress, answer: Fetched, before: Fetch | None) -> Iterator[Item]:
        """A feed or sitemap, which is remembered when nothing it lists has to be tried again."""
        read = [self._fetch(address, answer)]
        missing = self._missing
        if before is None or before.raw != read[0].raw:
            yield from self._sitemap(address, answer, read) if is_sitemap(answer.data) else self._feed(address, answer)
        if self._missing == missing:
            self.lists += read

    def _feed(self, address: WebAddress, answer: Fetched) -> Iterator[Item]:
        feed = self._sandbox.read_feed(answer.data, address.url, url=answer.address.url, charset=answer.charset)
        if isinstance(feed, Rejected):
            yield feed
            return
        pages: list[Listed] = []
        for entry in entries_of(feed, address.url):
            if isinstance(entry, Listed):
                pages.append(entry)
            else:
                yield entry
        yield from self._pages(pages, address)

    def _sitemap(self, address: WebAddress, answer: Fetched, read: list[Fetch]) -> Iterator[Item]:
        """`read` grows by the sitemaps that an index lists."""
        sitemap = self._sandbox.read_sitemap(answer.data, address.url)
        if isinstance(sitemap, Rejected):
            yield sitemap
            return
        entries = list(sitemap.pages)
        left = SITEMAPS
        for child, place, before in self._known(newest_first(sitemap.sitemaps)):
            if isinstance(place, Rejected):
                yield place
            elif before and self._as_it_was(child, before):
                continue
            elif left == 0:
                self._missing += 1
            else:
                left -= 1
                found = self._child(place, before, read)
                if isinstance(found, Rejected):
                    yield found
                else:
                    entries += found
        yield from self._pages(newest_first(entries), address)

    def _child(
        self, address: WebAddress, before: Fetch | None, read: list[Fetch]
    ) -> tuple[SitemapEntry, ...] | Rejected:
        """The pages of a sitemap that another one lists; none when they are the same as before."""
        answer = self._ask(address, before)
        if isinstance(answer, NotFetched):
            self._missing += not answer.lasting
            return Rejected(address.url, answer.reason, answer.next_step)
        if isinstance(answer, NotModified):
            return ()
        found = self._sandbox.read_sitemap(answer.data, address.url)
        if isinstance(found, Rejected):
            return found
        read.append(self._fetch(address, answer))
        return found.pages

    def _pages(self, listed: Sequence[Listed], where: WebAddress) -> Iterator[Item]:
        """Those that were never read come first, then those that may have changed, each in the order given."""
        later = 0
        for page, place, before in sorted(self._known(listed), key=lambda known: known[2] is not None):
            if isinstance(place, Rejected):
                yield place
            elif before and before.live and before.article_id and self._as_it_was(page, before):
                yield Unchanged(place.url, before.article_id, None)
            elif self._pages_left == 0:
                later += 1
            else:
                self._pages_left -= 1
                yield self._page(place, self._ask(place, before), before, page)
        self._missing += later
        if later:
            yield Rejected(
                where.url, f"lists {later} more pages than are fetched at a time", "sync it again for the rest"
            )

    def _known(self, listed: Sequence[Listed]) -> list[tuple[Listed, WebAddress | Rejected, Fetch | None]]:
        """Each address once, with what is known of it."""
        places: dict[str, tuple[Listed, WebAddress | Rejected]] = {}
        for page in listed:
            try:
                address = web_address_of(page.url)
                places.setdefault(address.url, (page, address))
            except ForbiddenAddressError as error:
                places.setdefault(page.url, (page, Rejected(page.url, error.reason, error.next_step)))
        before = self._memory(list(places))
        return [(page, place, before.get(url)) for url, (page, place) in places.items()]

    def _page(self, address: WebAddress, answer: Answer, before: Fetch | None, page: Listed | None = None) -> Item:
        held = before.article_id if before and before.live else None
        if isinstance(answer, NotFetched):
            self._missing += not answer.lasting
            return not_there(address, answer, held)
        if isinstance(answer, NotModified):
            if before is None or held is None:
                return Rejected(address.url, "is said to be unchanged, but was never read", "try again later")
            self._fetched.append(replace(before, source=self._name, fetched_at=self._now()))
            return Unchanged(address.url, held, None)
        fetch = self._fetch(address, answer)
        if before and held and before.raw == fetch.raw:
            self._fetched.append(replace(fetch, article_id=held))
            return Unchanged(address.url, held, None)
        read = read_fetched(self._sandbox, address, answer)
        if isinstance(read, Rejected):
            return read
        if page and page.published and read.ref.published is None:
            read = replace(read, ref=replace(read.ref, published=page.published))
        self._fetched.append(replace(fetch, article_id=read.ref.id))
        return read

    def _ask(self, address: WebAddress, before: Fetch | None) -> Answer:
        """With the validators of before, unless what was read then is no longer there or would be read otherwise."""
        if self._silent[address.site] >= SILENT:
            return NotFetched(f"was not asked for: its site did not answer {SILENT} times running", "sync again later")
        usable = before and (before.live or before.article_id is None) and (before.raw or "").startswith(_READER)
        held = Validators(before.final_url or before.url, before.etag, before.last_modified) if before else None
        answer = self._fetcher.fetch(address, held if usable else None)
        silent = isinstance(answer, NotFetched) and answer.status is None and not answer.lasting
        self._silent[address.site] = self._silent[address.site] + 1 if silent else 0
        return answer

    def _fetch(self, address: WebAddress, answer: Fetched) -> Fetch:
        return Fetch(
            address.url,
            self._name,
            self._now(),
            answer.address.url,
            answer.validators.etag,
            answer.validators.last_modified,
            _READER + raw_digest(answer.data),
            status=200,
        )

    def _as_it_was(self, page: Listed, before: Fetch) -> bool:
        """Whether the page need not be asked: nothing says that it changed since, and that was not long ago."""
        if not (before.raw or "").startswith(_READER):
            return False
        age = self._now() - before.fetched_at
        return age < UNTOLD if page.modified is None else page.modified <= before.fetched_at and age < TRUSTED


def unusable(url: str, reason: str, next_step: str) -> SourceError:
    """A source of which nothing is to be had."""
    return SourceError(f"{url[:200]} {reason}.", f"{next_step[:1].upper()}{next_step[1:]}.")


def _refused(url: str, reason: str, next_step: str, *, alone: bool) -> Rejected:
    """Raises SourceError when it is all there is of a source."""
    if alone:
        raise unusable(url, reason, next_step)
    return Rejected(url[:200], reason, next_step)
