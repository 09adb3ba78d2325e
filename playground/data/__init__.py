"""Series: where they come from, how they are repaired, split, scaled and cut into windows."""
