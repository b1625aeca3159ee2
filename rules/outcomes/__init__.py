"""What condors and hedges are worth when markets move."""
