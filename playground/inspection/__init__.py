"""What goes on inside a network while it reads a series."""
