"""Figures on a background, as layers that are flattened in light."""
