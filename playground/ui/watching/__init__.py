"""How something that is under way is watched: live parts, waiting, moments of a run."""
