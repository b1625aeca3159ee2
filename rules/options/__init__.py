"""European options: prices, implied volatility, parity, and the condor made of them."""
