"""What a question wants: a calculation, sentences on the method, both, or advice."""
