"""The page Hidden states."""
