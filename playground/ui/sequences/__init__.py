"""What the pages about sequences share."""
