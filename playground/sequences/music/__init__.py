"""What tone comes next, and how it sounds."""
