"""How networks are trained: alone, or many of one shape as one stack."""
