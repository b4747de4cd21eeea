"""Tools that any project could use; they know nothing of Folkmoot."""
