"""Which generations there are, which one is active, and the seals of their files: rows of `library.db`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.errors import LibraryError
from byline.library.connection import Connected, now
from byline.library.schema import embeddings, generations, library, passages

_LAST = "last_generation"


@dataclass(frozen=True, slots=True)
class Generation:
    """`embedder` and `rules` are the fingerprints of what its vectors and passages were made with; `embedder_name` is
    what loads that embedder (None: made before names were kept).
    """

    id: int
    embedder: str
    rules: str
    embedder_name: str | None = None

    @property
    def name(self) -> str:
        return f"gen-{self.id:04d}"

    @property
    def fingerprint(self) -> str:
        return f"{self.name}:{self.embedder}:{self.rules}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a generation stands: `sealed` when its files are known to be whole, `activated_at` when it last took over."""

    generation: Generation
    active: bool
    sealed: bool
    created_at: str
    activated_at: str | None


class Registry(Connected):
    """At most one generation is active."""

    def active_generation(self) -> Generation | None:
        return self._one(select(generations).where(generations.c.active))

    def generation(self, generation_id: int) -> Generation | None:
        return self._one(select(generations).where(generations.c.id == generation_id))

    def standings(self) -> list[Standing]:
        """All of them, oldest first."""
        with self.read() as connection:
            found = connection.execute(select(generations).order_by(generations.c.id)).all()
        return [
            Standing(_generation(row), row.active, row.seal is not None, row.created_at, row.activated_at)
            for row in found
        ]

    def add_generation(self, embedder: str, rules: str, embedder_name: str | None) -> Generation:
        """A new one: not active, not sealed. No number is given twice: Chroma remembers what failed in a directory."""
        row = {"embedder": embedder, "rules": rules, "embedder_name": embedder_name}
        last = select(library.c.value).where(library.c.key == _LAST)
        with self.write() as connection:
            highest = connection.scalar(select(func.max(generations.c.id))) or 0
            number = max(highest, int(connection.scalar(last) or 0)) + 1
            remembered = upsert(library).values(key=_LAST, value=str(number))
            connection.execute(remembered.on_conflict_do_update(index_elements=["key"], set_={"value": str(number)}))
            query = insert(generations).values(id=number, **row, active=False, created_at=now()).returning(generations)
            return _generation(connection.execute(query).one())

    def seal(self, generation: Generation) -> str | None:
        with self.read() as connection:
            found: str | None = connection.scalar(select(generations.c.seal).where(generations.c.id == generation.id))
        return found

    def set_seal(self, generation: Generation, seal: str | None) -> None:
        with self.write() as connection:
            connection.execute(update(generations).where(generations.c.id == generation.id).values(seal=seal))

    def activate_generation(self, generation: Generation, *, at_change: int | None = None) -> bool:
        """One transaction: readers are given this generation from here on.

        False, and nothing done, when `at_change` is given and articles have changed since.
        """
        with self.write() as connection:
            change = connection.scalar(select(library.c.value).where(library.c.key == "edition"))
            if at_change is not None and int(change or 0) != at_change:
                return False
            mine = generations.c.id == generation.id
            if not connection.execute(update(generations).where(mine).values(activated_at=now())).rowcount:
                raise LibraryError(f"There is no generation {generation.name} any more.", "See `byline index list`.")
            connection.execute(update(generations).values(active=mine))
        return True

    def delete_generation(self, generation: Generation) -> None:
        with self.write() as connection:
            connection.execute(delete(generations).where(generations.c.id == generation.id))

    def forget_unused(self) -> None:
        """Drops vectors and passages that no generation is made of any more."""
        with self.write() as connection:
            used = connection.execute(select(generations.c.embedder, generations.c.rules)).all()
            others = select(passages.c.id).where(passages.c.rules.not_in({row.rules for row in used}))
            for stale in (
                embeddings.c.embedder.not_in({row.embedder for row in used}),
                embeddings.c.passage_id.in_(others),
            ):
                connection.execute(delete(embeddings).where(stale))
            connection.execute(delete(passages).where(passages.c.id.in_(others)))

    def _one(self, query: Select[Any]) -> Generation | None:
        with self.read() as connection:
            row = connection.execute(query).first()
        return _generation(row) if row else None


def _generation(row: Row[Any]) -> Generation:
    return Generation(row.id, row.embedder, row.rules, row.embedder_name)
