"""A mail toolkit over plain bytes and strings: guard, parse, quote, thread, build, and read mbox files."""
