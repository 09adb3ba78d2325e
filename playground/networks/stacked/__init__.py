"""A forward and a backward pass of our own over whole windows, for a stack of networks of one shape at once."""
