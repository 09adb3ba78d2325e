"""The page Hidden size."""
