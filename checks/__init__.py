"""What is checked about the packages that the app stands on; `make check` and `make audit` run it."""
