"""Garments by parameters: cut from the body, loosened, laid out, draped."""
