"""Groups: made and configured, their members, their archive, and what waits for a moderator."""
