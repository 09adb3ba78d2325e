"""What a run leaves behind as files: script, notebook, weights, tables, charts, report."""
