"""The knowledge commands, one module a family."""
