"""Forms of the calculators: fields from their input models, text to values and back, and the command that does the same."""
