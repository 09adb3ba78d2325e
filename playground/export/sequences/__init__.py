"""A run on sequences as files: a classifier's, or a writer's."""
