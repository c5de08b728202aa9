"""Getting bytes from the web: which addresses may be asked, how much is taken, how politely."""
