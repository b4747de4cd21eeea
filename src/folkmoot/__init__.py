"""Folkmoot: one community, many doors: the server, and the client for three APIs."""

__version__ = "0.1.0"
