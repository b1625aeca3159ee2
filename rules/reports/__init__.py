"""Calculations as text for a reader."""
