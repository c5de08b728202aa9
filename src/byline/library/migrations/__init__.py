"""From the schema of any earlier Byline to this one's; run by `Library.open` when it finds an older file."""
