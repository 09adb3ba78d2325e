"""What every page stands in: its head, state, controls, links and the visitor."""
