"""The knowledge base on disk: one SQLite file that is the truth, and what is done to it as a whole."""
