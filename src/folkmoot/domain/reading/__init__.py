"""What somebody gets to read: homes, timelines, search, filters, tags and what trends."""
