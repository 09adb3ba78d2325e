"""Sequences beyond forecasts: which class is this, what comes next."""
