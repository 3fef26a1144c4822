"""Figures, each printed as a table by a module that is run with `python -m`."""
