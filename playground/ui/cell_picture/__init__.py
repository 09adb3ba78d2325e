"""The picture of one cell, drawn in the browser, which two pages show."""
