"""Test sets, metrics, comparison and gates: whether a change made answers better or worse."""
