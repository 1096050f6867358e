"""How near results come to the true photos."""
