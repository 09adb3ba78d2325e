"""The page Long memory."""
