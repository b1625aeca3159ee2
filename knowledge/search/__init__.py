"""From a question to ranked passages: exact word and vector search over arrays derived from the store."""
