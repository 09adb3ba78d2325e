"""Which letter or word comes next."""
