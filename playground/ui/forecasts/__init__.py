"""The page Forecasts."""
