"""The page Inside the cell."""
