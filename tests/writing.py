"""A desk whose answers are written by a scripted model and checked, over a real index."""

from __future__ import annotations

from byline.answer.check import SupportChecker
from byline.answer.prompt import keyed_nonces
from byline.answer.written import WritingLimits, WrittenAnswerer
from byline.build import Desk
from byline.protocols import ChatModel

SECRET = b"of the tests"


def written(desk: Desk, model: ChatModel, budget_s: float = 30.0) -> WrittenAnswerer:
    return WrittenAnswerer(
        desk.extractive, desk.library, model, SupportChecker, keyed_nonces(SECRET), WritingLimits(budget_s)
    )
