"""Parsing of what strangers wrote, in a child process with limits."""
