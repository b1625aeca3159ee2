"""One file per calculator, named as in the catalogue with underscores."""
