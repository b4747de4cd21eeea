"""The commands of the operator: everything that `folkmoot` does on the command line."""
