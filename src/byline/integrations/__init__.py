"""Byline inside other frameworks."""
