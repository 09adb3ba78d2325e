"""Tasks that only memory solves, and how far each cell climbs."""
