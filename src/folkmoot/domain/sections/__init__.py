"""What a group has beside its archive: calendar, files and tables, each with who may see and change it."""
