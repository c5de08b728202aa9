"""Why a model's words are not shown, in words for readers. Pure."""

from __future__ import annotations

from typing import Literal

from byline.errors import Fault

Why = Fault | Literal["no_answer", "unsupported", "too_little", "beside", "changed"]
"""A model that failed; that found no answer in the quotes; of whose words nothing is supported, or too little to
answer; that wrote of something beside the question; or articles that changed while it wrote.
"""

OWN_WORDS = "these are the articles' own sentences"

_UNREACHED = f"The language model cannot be reached now; {OWN_WORDS}."
_UNUSABLE = f"The language model gave no usable answer; {OWN_WORDS}."

FALLBACKS: dict[Why, str] = {
    "timeout": f"The language model took too long; {OWN_WORDS}.",
    "rate_limited": f"The language model has too much to do now; {OWN_WORDS}.",
    "unavailable": _UNREACHED,
    "unauthorized": _UNREACHED,
    "unknown_model": _UNREACHED,
    "declined": f"The language model declined to answer; {OWN_WORDS}.",
    "garbled": _UNUSABLE,
    "empty": _UNUSABLE,
    "no_answer": f"The language model found no answer in the quotes; {OWN_WORDS}.",
    "unsupported": f"The articles did not bear out what the language model wrote; {OWN_WORDS}.",
    "too_little": f"The articles bore out too little of what the language model wrote; {OWN_WORDS}.",
    "beside": f"The language model did not write about what was asked; {OWN_WORDS}.",
    "changed": f"The articles changed while the language model wrote; {OWN_WORDS}.",
}
