"""Rates of return and costs of capital."""
