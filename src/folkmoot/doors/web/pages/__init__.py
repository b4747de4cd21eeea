"""The pages of the web door, a module for each thing that one can look at or do."""
