"""A plan on a later day."""
