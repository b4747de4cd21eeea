"""Persons: accounts, logins, profiles, and how they stand to each other."""
