"""How far the loss reaches back in time, and what a training does to it."""
