"""A publisher's own calibration: rows of questions whose answer is known, and the file beside the index that answers
are then decided by.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from byline.answer.logistic import Logistic
from byline.answer.refuse import RefusalRule, calibrated, rule_of
from byline.errors import InputError
from byline.types import Reason

FILE = "calibration.json"
_REASONS = ("related_only", "not_in_articles")


def rule_for(index: Path, embedder: str) -> RefusalRule:
    """The one beside the index, else the shipped one; signals of another embedder mean something else, so a
    calibration made with one does not count.

    Raises InputError when the file cannot be used.
    """
    path = index / FILE
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        return rule_of(card) if card["card"]["embedder"] == embedder else calibrated()
    except FileNotFoundError:
        return calibrated()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"The calibration {path} cannot be used: {error!r}.", "Run `byline calibrate` again, or delete it."
        ) from error


def write_rule(index: Path, rule: RefusalRule, card: Mapping[str, Any]) -> Path:
    """Whole or not at all; `card` says with what `embedder` and how it was made."""
    path = index / FILE
    shown = {
        "thresholds": asdict(rule.thresholds),
        "on_subject": written(rule.on_subject),
        "answering": written(rule.answering),
        "card": card,
    }
    part = path.with_suffix(".part")
    part.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(part, path)
    return path


def known(path: Path) -> Iterator[tuple[bool, Reason | None, str | None]]:
    """(answerable, why not, group) of every row of a JSONL file that `read_batch` reads, in its order.

    Raises InputError naming the line.
    """
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}: not JSON: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get("answerable"), bool):
            raise InputError(f"{path}:{number}: a row is an object whose `answerable` is true or false.")
        reason, group = row.get("reason"), row.get("group")
        if reason is not None and (reason not in _REASONS or row["answerable"]):
            raise InputError(f"{path}:{number}: `reason` is one of {', '.join(_REASONS)}, of an unanswerable question.")
        yield row["answerable"], reason, None if group is None else str(group)


def written(rule: Logistic) -> dict[str, Any]:
    """As `rule_of` reads it."""
    return {
        "intercept": round(rule.intercept, 4),
        "weights": {name: round(weight, 4) for name, weight in rule.weights.items()},
    }
