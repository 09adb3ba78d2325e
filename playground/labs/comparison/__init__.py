"""Runs side by side: what differs, who is better on validation, and whether it is luck."""
