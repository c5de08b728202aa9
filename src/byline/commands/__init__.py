"""The commands that `byline.cli` puts together; each module is one kind of work."""
