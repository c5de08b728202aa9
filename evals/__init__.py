"""Hand-checked questions over the demo corpus, and the gate that they set."""
