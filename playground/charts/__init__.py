"""Records to plotly figures: one file per family of charts, colours by meaning."""
