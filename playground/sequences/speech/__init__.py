"""Which word was spoken."""
