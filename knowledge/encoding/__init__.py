"""Texts to unit vectors: the default encoder in process and in bulk, and any other that a user names."""
