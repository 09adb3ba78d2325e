"""The page Leak lab."""
