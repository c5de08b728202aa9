"""From files to articles in the library."""
