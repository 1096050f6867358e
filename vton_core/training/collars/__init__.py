"""Drawn shop photos of collars, and where in them the inner side of the back is seen.

Everything is drawn at random: the cut of the collar, fabrics, labels, seams, plackets, prints below the collar, light,
and what a camera and a JPEG file make of it.
"""

from vton_core.training.collars.draw import Collar, draw_collar

__all__ = ["Collar", "draw_collar"]
