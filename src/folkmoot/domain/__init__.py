"""What the community is and what may happen in it: plain functions verb(tx, viewer, ...) over an open transaction."""
