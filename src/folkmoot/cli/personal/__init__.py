"""The commands of people: log in to a server, post, read, and take part in groups; they need the client alone."""
