"""How good the forecasts are, always beside the naive baseline."""
