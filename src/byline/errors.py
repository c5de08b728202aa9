"""Every error Byline raises on purpose.

BylineError
├── InputError            something given to Byline cannot be used: a question, a file, a setting
│   ├── QuestionError     empty, too long, or nothing in it to search for
│   ├── SourceError       a folder or file of articles that cannot be read at all
│   ├── UnknownIdError    no article or saved answer has this id
│   ├── BackupError       a backup file that is not whole, altered, or not one
│   ├── ReceiptError      a file that is not a receipt, or one of another Byline
│   └── SettingsError     an unknown setting or a value that is not valid
├── CrowdedError          too many questions at once                             (retryable)
├── ModelError            a model is missing, was altered, or cannot be loaded
│   └── ChatModelError    a language model did not answer: time, quota, key, name, a broken stream  (may be retryable)
└── LibraryError          the index directory cannot be used as it is
    ├── LibraryBusyError      another process owns it                          (retryable)
    ├── LibraryMissingError   nothing has been synced yet, or it was deleted
    ├── EmbedderMismatchError the index was built with another embedder
    └── StorageError          the disk refused: full, read-only, an I/O error  (retryable)

A message names the thing, the value and the next step. `retryable` says whether the same call may succeed later.
"""

from __future__ import annotations

from typing import Literal


class BylineError(Exception):
    """`message` says what happened; `next_step` what a person can do about it."""

    retryable = False

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(f"{message} {next_step}".strip())
        self.message = message
        self.next_step = next_step


class InputError(BylineError):
    pass


class QuestionError(InputError):
    pass


class SourceError(InputError):
    pass


class UnknownIdError(InputError):
    pass


class BackupError(InputError):
    pass


class ReceiptError(InputError):
    pass


class SettingsError(InputError):
    pass


class CrowdedError(BylineError):
    retryable = True


class ModelError(BylineError):
    pass


Fault = Literal[
    "timeout", "rate_limited", "unavailable", "unauthorized", "unknown_model", "declined", "garbled", "empty"
]


class ChatModelError(ModelError):
    """`fault` says which way it failed; its message carries no key, no address with one, and no word of a reader."""

    def __init__(self, fault: Fault, message: str, next_step: str = "") -> None:
        super().__init__(message, next_step)
        self.fault = fault
        self.retryable = fault in {"timeout", "rate_limited", "unavailable", "garbled", "empty"}


class LibraryError(BylineError):
    pass


class LibraryBusyError(LibraryError):
    retryable = True


class LibraryMissingError(LibraryError):
    pass


class EmbedderMismatchError(LibraryError):
    pass


class StorageError(LibraryError):
    retryable = True
