"""Articles at addresses: pages, feeds, sitemaps, lists."""
