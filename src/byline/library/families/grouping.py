"""Which articles are one family, kept up to date in the transaction that changes an article.

A family is a connected group of live articles in which each is a copy of another or has another's address; it is named
by its first id in `articles.family`. Whether a member is withdrawn or not yet to be seen does not matter here: who
stands for a family is found when it is read, among those that readers may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from uuid import uuid4

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.library.connection import BATCH, Connected, parts
from byline.library.families.copies import Wording, address, components, is_copy
from byline.library.families.signatures import likely_copies, signature, stacked
from byline.library.schema import articles, library, revisions

_LIVE = select(articles.c.id).join(revisions, revisions.c.id == articles.c.live_revision)
_STATE = select(library.c.value).where(library.c.key == "grouped")


@dataclass(frozen=True, slots=True)
class Known:
    """Signature and address of every live article, as of a `state` of the families."""

    state: str
    signatures: dict[str, bytes] = field(default_factory=dict)
    addresses: dict[str, str | None] = field(default_factory=dict)


class Grouping(Connected):
    """Writes `articles.family` and `revisions.signature`."""

    _known: Known | None = None

    def group_unsigned(self) -> int:
        """Compares articles from before there were families with all others; returns how many there were."""
        query = _LIVE.where(revisions.c.signature.is_(None)).order_by(articles.c.id)
        with self.read() as connection:
            unsigned = list(connection.scalars(query))
        for part in parts(unsigned):
            with self.write() as connection:
                self.regroup(connection, part)
        return len(unsigned)

    def regroup(self, connection: Connection, changed: Sequence[str]) -> None:
        """Families after these articles came, went or got other words; part of the caller's transaction."""
        known = self._known
        if known is None or known.state != connection.scalar(_STATE):
            known = _load(connection)
        _take_up(connection, known, changed)
        labels = _labels(connection)
        for group in _groups(connection, known, changed, labels):
            name = min(group) if len(group) > 1 else None
            _relabel(connection, [key for key in sorted(group) if labels.get(key) != name], name)
        _relabel(connection, [key for key in changed if key in labels and key not in known.signatures], None)
        # a transaction that is not committed leaves another state behind than the one remembered here
        state = uuid4().hex
        first = upsert(library).values(key="grouped", value=state)
        connection.execute(first.on_conflict_do_update(index_elements=["key"], set_={"value": state}))
        self._known = Known(state, known.signatures, known.addresses)


def _load(connection: Connection) -> Known:
    known = Known("")
    query = _LIVE.add_columns(revisions.c.signature, revisions.c.url).where(revisions.c.signature.is_not(None))
    for key, signed, url in connection.execute(query.execution_options(yield_per=BATCH)):
        known.signatures[key] = signed
        known.addresses[key] = address(url)
    return known


def _take_up(connection: Connection, known: Known, changed: Sequence[str]) -> None:
    """Brings `known` up to date with these articles, and signs those that nobody has signed."""
    for key in changed:
        known.signatures.pop(key, None)
        known.addresses.pop(key, None)
    query = _LIVE.add_columns(revisions.c.id.label("revision"), revisions.c.signature, revisions.c.url)
    sign = update(revisions).where(revisions.c.id == bindparam("revision")).values(signature=bindparam("signed"))
    for part in parts(changed):
        for row in connection.execute(query.where(articles.c.id.in_(part))).all():
            signed = row.signature
            if signed is None:
                text = connection.scalar(select(revisions.c.text).where(revisions.c.id == row.revision))
                signed = signature(text or "")
                connection.execute(sign, {"revision": row.revision, "signed": signed})
            known.signatures[row.id] = signed
            known.addresses[row.id] = address(row.url)


def _labels(connection: Connection) -> dict[str, str]:
    query = select(articles.c.id, articles.c.family).where(articles.c.family.is_not(None))
    return {key: label for key, label in connection.execute(query)}


def _groups(connection: Connection, known: Known, changed: Sequence[str], labels: Mapping[str, str]) -> list[set[str]]:
    """Every family that these articles left, joined or are in, as it is now.

    A family that none of them was in is still connected; one that lost a member is put together again.
    """
    present = [key for key in changed if key in known.signatures]
    members: dict[str, list[str]] = {}
    for key, label in labels.items():
        if key in known.signatures:
            members.setdefault(label, []).append(key)
    left = {labels[key] for key in changed if key in labels}
    near = _near(known, present)
    met = {labels[other] for others in near.values() for other in others if other in labels} - left
    nodes = {*present, *chain(*near.values()), *(key for label in left | met for key in members.get(label, ()))}
    whole = {(members[label][0], key) for label in met for key in members[label][1:]}
    doubtful = chain(
        ((key, other) for key in present for other in near[key]),
        *(combinations(members.get(label, ()), 2) for label in sorted(left)),
    )
    wordings = _Wordings(connection)

    def joined(one: str, other: str) -> bool:
        if (one, other) in whole or _same_address(known, one, other):
            return True
        likely = likely_copies(known.signatures[one], stacked([known.signatures[other]]))
        return bool(likely) and is_copy(wordings[one], wordings[other])

    return components(nodes, chain(sorted(whole), doubtful), joined)


def _near(known: Known, present: Sequence[str]) -> dict[str, list[str]]:
    """For each of these articles, those that may be copies of it or that have its address."""
    keys = list(known.signatures)
    signatures = stacked(list(known.signatures.values()))
    wanted = {known.addresses[key] for key in present} - {None}
    same: dict[str | None, list[str]] = {}
    for key, theirs in known.addresses.items():
        if theirs in wanted:
            same.setdefault(theirs, []).append(key)
    near = {}
    for key in present:
        likely = [keys[row] for row in likely_copies(known.signatures[key], signatures)]
        near[key] = sorted({*likely, *same.get(known.addresses[key], ())} - {key})
    return near


def _same_address(known: Known, one: str, other: str) -> bool:
    return known.addresses[one] is not None and known.addresses[one] == known.addresses[other]


def _relabel(connection: Connection, keys: Sequence[str], label: str | None) -> None:
    for part in parts(keys):
        connection.execute(update(articles).where(articles.c.id.in_(part)).values(family=label))


class _Wordings(dict[str, Wording]):
    """Words of live articles, read when they are first compared."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def __missing__(self, key: str) -> Wording:
        query = select(revisions.c.title, revisions.c.text).join(articles, articles.c.live_revision == revisions.c.id)
        title, text = self._connection.execute(query.where(articles.c.id == key)).one()
        self[key] = Wording(title, text)
        return self[key]
