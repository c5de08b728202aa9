"""The body of a question over HTTP, and the `Question` that it makes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from byline.retrieve.understand import MAX_HISTORY_TURNS, MAX_QUESTION_CHARACTERS
from byline.types import Filters, Question, Turn

MAX_TURN_CHARACTERS = 8_000
MAX_NAMES = 50
# Dates further off mean the same as these, and arithmetic on them stays inside what a datetime can hold.
EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _a_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _a_moment(text: str) -> str:
    moment_of(text)
    return text


def moment_of(text: str) -> datetime:
    """Of `2026-01-31` or an RFC 3339 time; midnight and UTC where it says none. Raises ValueError."""
    found = datetime.fromisoformat(text.upper().replace(":60", ":59"))  # a leap second is none of ours
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        return min(max(found.astimezone(UTC), EARLIEST), LATEST)
    except OverflowError:
        return EARLIEST if found.year < EARLIEST.year else LATEST


def _whole(value: object) -> object:
    """`5.0` is an integer in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Names = Name | Annotated[list[Name], Field(max_length=MAX_NAMES)]
Day = Annotated[
    str,
    StringConstraints(max_length=10, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_a_day),
    Field(json_schema_extra={"format": "date"}),
]
Moment = (
    Day
    | Annotated[
        str,
        StringConstraints(max_length=40),
        AfterValidator(_a_moment),
        Field(json_schema_extra={"format": "date-time"}),
    ]
)


class Told(BaseModel):
    """A field that we do not know is refused: a filter that is misspelt would be no filter."""

    model_config = ConfigDict(extra="forbid", strict=True)


class HistoryTurn(Told):
    role: Literal["user", "assistant"]
    content: Annotated[str, StringConstraints(max_length=MAX_TURN_CHARACTERS)]


class AskedFilters(Told):
    publisher: Names | None = Field(None, description="Only articles of these publishers, spelt as the articles do.")
    section: Names | None = None
    kind: Names | None = Field(None, description="news, analysis, opinion, explainer: what the articles say they are.")
    date_from: Day | None = Field(None, description="Only what was published on this day (UTC) or later.")
    date_to: Day | None = Field(None, description="Only what was published on this day (UTC) or earlier.")

    def filters(self) -> Filters:
        return Filters(
            published_from=_start(self.date_from) if self.date_from else None,
            published_until=_start(self.date_to, days=1) if self.date_to else None,
            publishers=_set(self.publisher),
            sections=_set(self.section),
            kinds=_set(self.kind),
        )


class Asked(Told):
    question: str = Field(
        min_length=1,
        max_length=MAX_QUESTION_CHARACTERS,
        pattern=r"[^\W_]",
        description="In words; there is at least one letter or digit in it.",
    )
    history: list[HistoryTurn] = Field(
        [], max_length=MAX_HISTORY_TURNS, description="Earlier turns of the conversation, oldest first."
    )
    filters: AskedFilters | None = None
    as_of: Moment | None = Field(None, description="Ask as on that day: what came later is not known.")

    def as_question(self) -> Question:
        return Question(
            self.question,
            self.question,
            tuple(Turn(turn.role, turn.content) for turn in self.history),
            as_of=moment_of(self.as_of) if self.as_of else None,
            filters=self.filters.filters() if self.filters else Filters(),
        )


class AskedAnswer(Asked):
    stream: StrictBool | None = Field(
        None, description="true: server-sent events, false: one JSON object; else what `Accept` asks for."
    )


def _start(day: str, days: int = 0) -> datetime:
    return min(max(datetime.fromisoformat(day).replace(tzinfo=UTC), EARLIEST), LATEST) + timedelta(days)


def _set(names: str | list[str] | None) -> frozenset[str]:
    return frozenset([names] if isinstance(names, str) else names or ())
