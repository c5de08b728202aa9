"""What an article is read from: pages, feeds, PDF, Markdown, rows."""
