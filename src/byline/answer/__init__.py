"""From passages to an answer whose every sentence carries its source words."""
