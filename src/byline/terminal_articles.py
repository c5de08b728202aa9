"""What people see of one article's history, and of an answer saved earlier. Article text is never taken for markup."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from byline.answer.correction import Correction
from byline.answer.receipt import Checked, Receipt
from byline.answer.standing import Notice, Standing
from byline.ingest.purge import PurgeReport
from byline.library.record import ArticleState, Revision
from byline.library.saved import SavedAnswer
from byline.terminal import NOT_ANSWERED

_GONE = {
    "withdrawn": "the article was withdrawn",
    "expired": "the article expired",
    "embargoed": "the article is under embargo again",
    "removed": "the article is no longer available",
}


def print_revisions(console: Console, state: ArticleState, revisions: Sequence[Revision], *, diff: bool) -> None:
    console.print(Text.assemble((state.title, "bold"), f"  {state.id}"), soft_wrap=True)
    console.print(Text(_standing_of(state)), soft_wrap=True)
    for number, revision in enumerate(revisions, 1):
        live = ("  live", "green") if revision.live else ""
        says = f", modified {_minute(revision.modified)}" if revision.modified else ""
        line = f"{number}. read {_minute(revision.stored_at)}{says}  {revision.digest[:12]}"
        console.print(Text.assemble(line, live), soft_wrap=True)
        if diff and number > 1:
            _print_diff(console, revisions[number - 2], revision)


def print_saved(console: Console, saved: SavedAnswer, stands: Standing) -> None:
    """Words of articles that readers may no longer see are not printed."""
    console.print(Text.assemble((saved.question, "bold"), f"  (saved {_minute(saved.saved_at)})"), soft_wrap=True)
    sources = saved.shown["sources"]
    numbers = {source["article_id"]: number for number, source in enumerate(sources, 1)}
    if not saved.shown["answered"]:
        console.print(Text(NOT_ANSWERED, style="bold yellow"))
    notices = iter(stands.notices)
    for sentence in saved.shown["sentences"]:
        mine = [next(notices) for _ in sentence["quotes"]]
        marks = "".join(f" [{numbers[notice.quote.article_id]}]" for notice in mine)
        unseen = any(notice.state in _GONE for notice in mine)
        console.print(
            Text.assemble("(no longer shown)" if unseen else sentence["text"], (marks, "cyan")), soft_wrap=True
        )
        for notice in mine:
            _print_notice(console, notice)
    console.print()
    for source in sources:
        line = f"[{numbers[source['article_id']]}] {_named(source, hidden=source['article_id'] in stands.unseen)}"
        console.print(Text(line, style="dim"), soft_wrap=True)


_MATCHES = {
    "exact": "exactly these words of that revision",
    "altered": "NOT the words of that revision at that place",
    "unknown_revision": "the library never had that revision",
}


def print_verified(console: Console, receipt: Receipt, found: Sequence[Checked]) -> None:
    console.print(Text.assemble((receipt.question, "bold"), f"  (saved {_minute(receipt.saved_at)})"), soft_wrap=True)
    if not receipt.whole:
        console.print(Text("The receipt itself was changed since it was made.", style="red"), soft_wrap=True)
    for number, checked in enumerate(found, 1):
        exact = checked.match == "exact"
        place = f"{checked.quote.article_id} {checked.quote.digest[:12]} [{checked.quote.start}:{checked.quote.end}]"
        console.print(
            Text(f"{number}. {place}: {_MATCHES[checked.match]}", style="" if exact else "red"), soft_wrap=True
        )
        if checked.notice is not None:
            _print_notice(console, checked.notice)
    bad = sum(checked.match != "exact" for checked in found)
    summary = f"{len(found) - bad} of {len(found)} quotes are exact"
    console.print(Text(summary, style="red" if bad else "green"), soft_wrap=True)


def print_purge(console: Console, report: PurgeReport) -> None:
    """What was found is named by file and kind, never by its words."""
    lines = [
        f"purged: {report.revisions} revisions, {report.passages} passages with their vectors, "
        f"{report.answers} saved answers; the indexes were built again without it",
        f"searched: {report.files} files ({report.size_bytes / 1e6:.1f} MB) for {report.words} words, {report.runs} "
        f"runs of five words and {report.vectors} vectors that only it had; the index for {report.terms} terms",
    ]
    if report.resumed:
        lines.append("an earlier purge had been interrupted: it is finished, and its words are no longer known")
    lines += [f"other articles have the same words, {share:.0%}: {name}" for name, share in report.alike.items()]
    lines += [f"not touched: the backup {backup}" for backup in report.backups]
    lines.append("not touched: copies and backups made outside of this directory")
    for line in lines:
        console.print(Text(line), soft_wrap=True)
    for remains in report.found:
        console.print(Text(f"FOUND in {remains.file}: {remains.kind} ({remains.count})", style="red"), soft_wrap=True)
    if not report.found:
        console.print(Text("found: nothing", style="green"))


def _print_notice(console: Console, notice: Notice) -> None:
    since = f" {_day(notice.since)}" if notice.since else ""
    why = f": {notice.why}" if notice.why else ""
    if notice.state in _GONE:
        console.print(Text(f"  ! {_GONE[notice.state]}{since and f' on{since}'}{why}", style="yellow"), soft_wrap=True)
    elif notice.correction is not None:
        console.print(Text(f"  ! corrected since{since and f' ({since.strip()})'}", style="yellow"), soft_wrap=True)
        _print_correction(console, notice.correction)


def _print_correction(console: Console, found: Correction) -> None:
    """Marked by brackets as well as by colour: `[-old-]` `[+new+]`."""
    was, now = Text("    was: "), Text("    now: ")
    for change in found.changes:
        if change.kind != "new":
            was.append(f"[-{change.text}-]" if change.kind == "old" else change.text, "red" * (change.kind == "old"))
        if change.kind != "old":
            now.append(f"[+{change.text}+]" if change.kind == "new" else change.text, "green" * (change.kind == "new"))
    console.print(was, soft_wrap=True)
    console.print(now if found.new is not None else Text("    now: taken out of the article"), soft_wrap=True)


def _print_diff(console: Console, before: Revision, after: Revision) -> None:
    old, new = ([revision.title, *revision.text.split("\n")] for revision in (before, after))
    colours = {"+": "green", "-": "red"}
    for line in list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]:
        if not line.startswith("@@"):
            console.print(Text(f"   {line}", style=colours.get(line[0], "")), soft_wrap=True)


def _standing_of(state: ArticleState) -> str:
    if state.withdrawn_at:
        who = "its source" if state.withdrawn_by == "source" else "an editor"
        why = f": {state.withdrawn_why}" if state.withdrawn_why else ""
        return f"withdrawn by {who} on {_minute(state.withdrawn_at)}{why}"
    if state.live is None:
        return "removed from its source"
    bounds = [
        f"from {_minute(state.visible_from)}" if state.visible_from else "",
        f"until {_minute(state.visible_until)}" if state.visible_until else "",
    ]
    return " ".join(filter(None, ["readers see it", *bounds]))


def _named(source: Mapping[str, Any], *, hidden: bool) -> str:
    date = _day(datetime.fromisoformat(source["published"])) if source["published"] else None
    title = "an article that readers may no longer see" if hidden else source["title"]
    return " · ".join(part for part in (title, source["publisher"], date) if part)


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone():%-d %B %Y, %H:%M}"
