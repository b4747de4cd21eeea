"""What is brought to somebody's attention, on their pages and by push."""
