"""The Groups.io API in its own words: objects by subject, sets of words in enums, endpoints in requests."""
