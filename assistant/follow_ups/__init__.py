"""What a question changes in the calculation before it."""
