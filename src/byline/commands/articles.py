"""One article at a time: withdrawing it, its revisions; and answers saved from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from byline.commands.options import Index, Json, console_on, print_json, settings_of

if TYPE_CHECKING:
    from byline.library.record import ArticleState, Revision

Id = Annotated[str, typer.Argument(metavar="ID", help="Id or address of the article.")]


def withdraw(
    article: Id,
    why: Annotated[str | None, typer.Option(help="Shown with answers that were saved earlier.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Show the article to readers again.")] = False,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Take an article out of all answers at once, until --undo; works beside a running server."""
    from byline.wiring import open_library

    with open_library(settings_of(index).index) as library:
        found = library.find(article)
        if undo:
            library.undo_withdrawal(found)
        else:
            library.withdraw(found, why)
        state = library.state(found)
    assert state is not None
    if as_json:
        print_json(_state_json(state))
    elif undo:
        still = " Its source says `status: withdrawn` too, so that readers do not see it yet." * bool(
            state.withdrawn_at
        )
        console_on().print(f"{found}: the withdrawal is undone.{still}", markup=False, soft_wrap=True)
    else:
        console_on().print(f"{found}: withdrawn. No answer cites it from now on.", markup=False, soft_wrap=True)


def revisions(
    article: Id,
    diff: Annotated[bool, typer.Option("--diff", help="Show what each revision changed.")] = False,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """List the revisions of an article, and which of them readers see."""
    from byline.terminal_articles import print_revisions
    from byline.wiring import open_library

    with open_library(settings_of(index).index) as library:
        found = library.find(article)
        state, held = library.state(found), library.revisions_of(found)
    assert state is not None
    if as_json:
        print_json({**_state_json(state), "revisions": [_revision_json(revision) for revision in held]})
    else:
        print_revisions(console_on(), state, held, diff=diff)


def answer(
    answer_id: Annotated[str, typer.Argument(metavar="ID", help="What `byline ask --save` printed.")],
    index: Index = None,
    as_json: Json = False,
    receipt: Annotated[
        bool, typer.Option("--receipt", help="Print it as a receipt: JSON that `byline verify` checks.")
    ] = False,
) -> None:
    """Show a saved answer, and which of its quotes were corrected or withdrawn since."""
    from datetime import UTC, datetime

    from byline.answer.receipt import receipt_of
    from byline.answer.standing import standing
    from byline.terminal_articles import print_saved
    from byline.wire import saved_json
    from byline.wiring import open_library

    with open_library(settings_of(index).index) as library:
        saved = library.saved_answer(answer_id)
        stands = standing(library, saved, datetime.now(UTC))
    if receipt:
        print_json(receipt_of(saved))
    elif as_json:
        print_json(saved_json(saved, stands))
    else:
        print_saved(console_on(), saved, stands)


def verify(
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT", help="What `byline answer ID --receipt` printed.")],
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Check a receipt against the library, offline: is every quote an exact slice of that revision, and still shown?

    Exit code 1 when a quote was never said so, or when the receipt was changed.
    """
    from datetime import UTC, datetime

    from byline.answer.receipt import read_receipt
    from byline.answer.receipt import verify as verify_quotes
    from byline.errors import ReceiptError
    from byline.terminal_articles import print_verified
    from byline.wire import verified_json
    from byline.wiring import open_library

    try:
        read = read_receipt(receipt.read_text(encoding="utf-8"), receipt.name)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise ReceiptError(f"{receipt} cannot be read: {reason}.", "Give the file of a receipt.") from error
    with open_library(settings_of(index).index) as library:
        found = verify_quotes(library, read, datetime.now(UTC))
    if as_json:
        print_json(verified_json(read, found))
    else:
        print_verified(console_on(), read, found)
    if not read.whole or any(checked.match != "exact" for checked in found):
        raise typer.Exit(1)


def purge(
    article: Id,
    forget: Annotated[bool, typer.Option("--forget", help="Let the next sync bring a purged article back.")] = False,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Erase an article, its revisions and the answers that name it, and search every file for what is left.

    Exit code 1 when something is. Not while a server runs: `byline withdraw` works at once.
    """
    from dataclasses import asdict

    from byline.build import open_purger
    from byline.errors import UnknownIdError
    from byline.terminal_articles import print_purge

    with open_purger(settings_of(index)) as purger:
        if forget:
            if not purger.allow_again(article):
                raise UnknownIdError(f"Nothing was purged under {article!r}.", "Give the id or address it had.")
            console_on().print("The next sync may bring it back.")
            return
        report = purger.purge(article)
    if as_json:
        print_json(asdict(report))
    else:
        print_purge(console_on(), report)
    if report.found:
        raise typer.Exit(1)


def _state_json(state: ArticleState) -> dict[str, Any]:
    from dataclasses import asdict

    times = {name: value.isoformat() for name, value in asdict(state).items() if hasattr(value, "isoformat")}
    return {**asdict(state), **times}


def _revision_json(revision: Revision) -> dict[str, Any]:
    return {
        "digest": revision.digest,
        "live": revision.live,
        "stored_at": revision.stored_at.isoformat(),
        "modified": revision.modified.isoformat() if revision.modified else None,
        "title": revision.title,
        "text": revision.text,
    }
