"""What the host may set, where data is kept, and the server for a room."""
