"""Copies of one article: found, grouped, read."""
