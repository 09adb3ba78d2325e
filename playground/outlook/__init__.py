"""What comes next: forecasts beyond the last row, their limits, and how earlier ones turned out."""
