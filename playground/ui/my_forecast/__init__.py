"""The page My forecast."""
