"""What was fetched from an address, so that one that did not change is not fetched again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.library.connection import Connected, parts
from byline.library.schema import articles, fetches


@dataclass(frozen=True, slots=True)
class Fetch:
    """The last time `url` was fetched. `raw` is the digest of its bytes; `final_url` where they were.

    `live`: whether readers see the article that was read from it.
    """

    url: str
    source: str
    fetched_at: datetime
    final_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    raw: str | None = None
    article_id: str | None = None
    status: int | None = None
    live: bool = False


class FetchedAddresses(Connected):
    def fetches(self, urls: Sequence[str]) -> dict[str, Fetch]:
        """Those of the addresses that were fetched before, from whatever source."""
        query = select(fetches, articles.c.live_revision.is_not(None).label("live")).outerjoin(
            articles, articles.c.id == fetches.c.article_id
        )
        found: dict[str, Fetch] = {}
        with self.read() as connection:
            for part in parts(urls):
                for row in connection.execute(query.where(fetches.c.url.in_(part))).mappings():
                    moment = datetime.fromisoformat(row["fetched_at"])
                    found[row["url"]] = Fetch(**{**row, "fetched_at": moment, "live": bool(row["live"])})
        return found

    def remember_fetches(self, fetched: Iterable[Fetch]) -> None:
        """Call it only once what was read from these bytes is in the library: a kill in between costs another fetch."""
        kept = [{**asdict(fetch), "fetched_at": fetch.fetched_at.isoformat()} for fetch in fetched]
        for row in kept:
            del row["live"]
        if not kept:
            return
        query = upsert(fetches)
        others = {column.name: query.excluded[column.name] for column in fetches.c if not column.primary_key}
        with self.write() as connection:
            connection.execute(query.on_conflict_do_update(index_elements=["url"], set_=others), kept)
