"""Experiments with networks on series, one room each; none knows another."""
