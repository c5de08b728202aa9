"""What `status` and `doctor` look at. Looking takes no lock unless nobody else holds it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from byline.build import freshness, wanted_change
from byline.copies_checkup import families_detail, same_texts_detail
from byline.errors import BylineError, LibraryBusyError
from byline.library.database import Library
from byline.library.freshness import Freshness, SourceState
from byline.library.ownership import Ownership
from byline.models_checkup import chat_detail
from byline.settings import Settings
from byline.wiring import generations_of, open_library, require_library

LOW_DISK_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    ok: bool
    detail: str
    next_step: str = ""
    repaired: bool = False
    """Something was wrong and no longer is."""


def status_of(settings: Settings) -> dict[str, Any]:
    """Counts, the active generation and the disk it takes. Raises LibraryMissingError."""
    with open_library(settings.index) as library:
        counts = library.counts()
        families = len(library.families())
        fresh = freshness(library, settings)
        active = generations_of(settings.index, library).active()
    return {
        "index": str(settings.index),
        "articles": counts.articles,
        "passages": counts.passages,
        "families": families,
        "newest_article": counts.newest.isoformat() if counts.newest else None,
        "stale": fresh.stale,
        "checked": fresh.checked.isoformat() if fresh.checked else None,
        "sources": [_source(source, fresh) for source in fresh.sources],
        "generation": active.name if active else None,
        "embedder": active.embedder if active else None,
        "passage_rules": active.rules if active else None,
        "megabytes": round(_bytes_under(settings.index) / 1e6, 1),
    }


def _source(source: SourceState, fresh: Freshness) -> dict[str, Any]:
    """As people who run the library may see it: with its whole name and its error."""
    return {
        "name": source.name,
        "articles": source.articles,
        "newest_article": source.newest.isoformat() if source.newest else None,
        "tried": source.tried_at.isoformat() if source.tried_at else None,
        "in_step": source.in_step_at.isoformat() if source.in_step_at else None,
        "lag_s": round((fresh.at - source.in_step_at).total_seconds()) if source.in_step_at else None,
        "error": source.error,
    }


def check_up(settings: Settings) -> list[Finding]:
    """Never raises for what it finds: each check is a finding."""
    checks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("python", _python),
        ("model", _model),
        ("language model", _chat),
        ("checker", _checker),
        ("disk", _disk),
        ("library", _library),
        ("indexes", _indexes),
        ("families", _families),
        ("same texts", _same_texts),
    ]
    findings = []
    for name, check in checks:
        try:
            findings.append(check(settings))
        except BylineError as error:
            findings.append(Finding(name, False, error.message, error.next_step))
    return findings


def _python(settings: Settings) -> Finding:
    ok = sys.version_info >= (3, 11)
    return Finding("python", ok, sys.version.split()[0], "" if ok else "Byline needs Python 3.11 or newer.")


def _model(settings: Settings) -> Finding:
    from byline.models.bundled import bundled_folder, verify_bundled

    if settings.embedder == "bundled":
        verify_bundled(bundled_folder())
        return Finding("model", True, "the bundled all-MiniLM-L6-v2 has the published weights")
    return Finding("model", True, f"{settings.embedder}, loaded by sentence-transformers when it is needed")


def _chat(settings: Settings) -> Finding:
    return Finding("language model", True, chat_detail(settings))


def _checker(settings: Settings) -> Finding:
    """The error rates of the shipped rule, on answers whose sources it was not fitted on."""
    from byline.answer.support import error_rates

    besides = f"; {settings.checker} helps, and changes them" if settings.checker else ""
    return Finding("checker", True, f"{error_rates()}{besides}")


def _disk(settings: Settings) -> Finding:
    place = settings.index
    while not place.exists():
        place = place.absolute().parent
    free = shutil.disk_usage(place).free
    if not os.access(place, os.W_OK):
        return Finding("disk", False, f"{place} cannot be written.", "Change its permissions, or use --index.")
    ok = free >= LOW_DISK_BYTES
    return Finding("disk", ok, f"{free / 1e9:.1f} GB free at {place}", "" if ok else "Free some space before syncing.")


def _library(settings: Settings) -> Finding:
    with open_library(settings.index) as library:
        problems = library.integrity()
        counts = library.counts()
    if problems:
        return Finding("library", False, problems[0], "Restore library.db from a backup.")
    return Finding("library", True, f"{counts.articles} articles, {counts.passages} passages, file intact")


def _families(settings: Settings) -> Finding:
    return Finding("families", True, families_detail(settings))


def _same_texts(settings: Settings) -> Finding:
    return Finding("same texts", True, *same_texts_detail(settings))


def _indexes(settings: Settings) -> Finding:
    require_library(settings.index)
    try:
        ownership = Ownership(settings.index)
    except LibraryBusyError as error:
        return Finding("indexes", True, f"not compared: {error.message}")
    try:
        with open_library(settings.index) as library:
            return _compared(settings, library)
    finally:
        ownership.release()


def _compared(settings: Settings, library: Library) -> Finding:
    """Compares the active generation with the library, and builds it again when it does not hold what it should."""
    generations = generations_of(settings.index, library)
    generations.tidy()
    active = generations.require_active()
    noticed = generations.diagnose(active).findings
    problems = generations.check(active)
    if problems:
        built = generations.rebuild(active, problems)
        built.close()
        said = f"{'; '.join(problems)}. It was built again from the library as {built.generation.name}"
        return Finding("indexes", True, said, repaired=True)
    held = len(library.passage_ids(active.rules, live=True))
    said = f"{active.name} holds all {held} passages twice, in Chroma and tantivy"
    if noticed:
        return Finding("indexes", True, f"{'; '.join(noticed)}, but {said}", repaired=True)
    change = wanted_change(settings, active)
    return Finding("indexes", True, f"{said}. {change}" if change else said)


def _bytes_under(path: Path) -> int:
    total = 0
    for file in path.rglob("*"):
        with suppress(FileNotFoundError):  # a running server's files come and go
            total += file.stat().st_size if file.is_file() else 0
    return total
