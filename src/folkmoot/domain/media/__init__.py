"""Pictures and files, emoji of the house, and cards of linked pages."""
