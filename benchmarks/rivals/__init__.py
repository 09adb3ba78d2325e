"""The same training by others: one small script each, in an environment of its own."""
