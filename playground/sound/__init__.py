"""Sound made in plain numpy."""
