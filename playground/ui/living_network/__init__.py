"""The network itself as a picture that reads, drawn in the browser."""
