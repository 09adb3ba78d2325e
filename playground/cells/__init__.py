"""One time step of a cell in plain numpy, number by number: for the pictures, and for doing it by hand."""
