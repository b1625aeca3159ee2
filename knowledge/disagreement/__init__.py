"""Where documents give different values for one quantity or fact of the method: the topics, the values, and who states which."""
