"""VITON-HD's small layout and matching networks, trained on the wardrobe instead of photos.

Runs in the program's environment. What came of it stands in ``synthesis/README.md``.
"""
