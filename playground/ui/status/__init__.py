"""The pages Status and Embed, and the room's code."""
