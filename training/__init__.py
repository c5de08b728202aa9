"""Trains the model that reads a question against a few sentences: which words answer, or that none do."""
