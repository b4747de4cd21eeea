"""The place as a whole: what it says of itself and tells all its people."""
