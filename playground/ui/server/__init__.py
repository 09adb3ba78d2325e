"""The door to the engine, and who draws when."""
