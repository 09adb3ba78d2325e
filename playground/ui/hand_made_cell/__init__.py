"""The page The hand-made cell."""
