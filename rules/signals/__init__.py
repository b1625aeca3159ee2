"""The five signals of the method: indicators, readings, and what they allow."""
