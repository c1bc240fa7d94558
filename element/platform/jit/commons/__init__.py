"""Stands in for the platform's package of this name where that is not installed."""
