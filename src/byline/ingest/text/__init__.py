"""Characters, clean text, sentences, passages. Pure."""
