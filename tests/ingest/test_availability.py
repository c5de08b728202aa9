"""When readers may see an article: certain, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.ingest.availability import read_availability
from byline.ingest.read import read_source
from byline.ingest.source import sync_source
from byline.types import Article, Availability, Rejected
from tests.newsroom import MemoryShelf, newsroom


def read(**fields: Any) -> Availability:
    found = read_availability(fields, "a.md")
    assert not isinstance(found, Rejected), found
    return found[0]


def refused(**fields: Any) -> Rejected:
    found = read_availability(fields, "a.md")
    assert isinstance(found, Rejected), found
    assert found.retracts
    return found


@pytest.mark.parametrize(
    ("status", "withdrawn"),
    [(None, False), ("published", False), ("Published ", False), ("live", False), (200, False), ("", False),
     ("withdrawn", True), ("Retracted", True), ("WITHDRAWN", True)],
)  # fmt: skip
def test_status(status: Any, *, withdrawn: bool) -> None:
    assert read(status=status) == Availability(withdrawn=withdrawn)


@pytest.mark.parametrize("status", ["draft", "auto-draft", "Pending review", "scheduled"])
def test_a_draft_is_not_for_readers(status: str) -> None:
    assert f"(status: {status})" in refused(status=status).reason


def test_scheduled_articles_wait_for_their_embargo() -> None:
    assert read(status="scheduled", embargo="2026-01-12") == Availability(datetime(2026, 1, 12, tzinfo=UTC))


@given(st.text(alphabet="abcdefghij", min_size=1, max_size=12))
def test_a_status_nobody_knows_is_refused_by_name(status: str) -> None:
    assert repr(status) in refused(status=status).reason


def test_times() -> None:
    found = read(embargo="2026-01-12T06:00:00+05:30", expires="2026-02-01")
    assert found.visible_from == datetime(2026, 1, 12, 0, 30, tzinfo=UTC)
    assert found.visible_until == datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["embargo", "expires"])
@pytest.mark.parametrize("value", ["05/12/2025", "2026-13-45", "soon", "no"])
def test_a_time_that_is_not_certain_is_refused(name: str, value: str) -> None:
    found = refused(**{name: value})
    assert repr(value) in found.reason
    assert f"{name}: 2026-01-31" in found.next_step


def test_a_time_without_a_zone_is_noted() -> None:
    found = read_availability({"embargo": "2026-01-12 06:00", "expires": "2026-01-01"}, "a.md")
    assert isinstance(found, tuple)
    availability, notes = found
    assert availability.visible_from == datetime(2026, 1, 12, 6, tzinfo=UTC)
    assert len(notes) == 2
    assert "taken as UTC" in notes[0]
    assert "never see it" in notes[1]
    assert read_availability({"embargo": "2026-01-12 06:00 IST"}, "a.md") == (
        Availability(datetime(2026, 1, 12, 0, 30, tzinfo=UTC)), (),
    )  # fmt: skip


def test_it_is_read_from_front_matter_and_rows_and_is_no_part_of_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nid: a\nstatus: withdrawn\nembargo: 2026-01-12\n---\nThe bridge opened.")
    (tmp_path / "b.jsonl").write_text('{"id": "a", "text": "The bridge opened.", "expires": "2026-01-12"}\n')
    first, second = read_source(tmp_path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    day = datetime(2026, 1, 12, tzinfo=UTC)
    assert (first.availability, second.availability) == (Availability(day, None, True), Availability(None, day))
    assert first.digest == second.digest


def test_what_was_shown_goes_when_it_becomes_a_draft_and_what_could_not_be_read_stays(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    rows = ['{"id": "%s", "text": "The %s was surveyed."%s}\n']
    bridge, river = folder / "bridge.md", folder / "river.md"
    bridge.write_text("The bridge opened.")
    river.write_text("The river rose.")
    lines = folder / "rows.jsonl"
    lines.write_text("".join(rows[0] % (name, name, "") for name in ("mill", "road", "wall")))
    with newsroom(tmp_path / "index", MemoryShelf()) as room:
        sync_source(room.synchronizer, folder)
        bridge.write_text("---\nstatus: draft\n---\nThe bridge opened.")
        river.write_text("---\na: b: c\n---\nThe river rose.")
        lines.write_text(rows[0] % ("mill", "mill", ', "status": "draft"') + rows[0] % ("road", "road", ""))
        report = sync_source(room.synchronizer, folder)
        assert set(room.articles()) == {"river", "road"}
        assert {rejected.origin for rejected in report.rejected} == {"bridge.md", "river.md", "rows.jsonl:1"}
        bridge.write_text("---\nembargo: 05/12/2025\n---\nThe bridge opened.")
        assert sync_source(room.synchronizer, folder).rejected[0].origin == "bridge.md"
        bridge.write_text(f"---\nembargo: {datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}\n---\nThe bridge opened.")
        sync_source(room.synchronizer, folder)
        assert "bridge" in room.articles()
