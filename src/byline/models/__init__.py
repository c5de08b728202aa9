"""Adapters to models and tokenizers; no storage."""
