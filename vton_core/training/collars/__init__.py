"""Shop photos of collars, drawn or varied, and where in them the inner side of the back is seen.

Everything is drawn at random: the cut of the collar, fabrics, labels, seams, plackets, prints below the collar, light,
and what a camera and a JPEG file make of it. Collars of photos whose edges are known are dyed and lit at random.
"""

from vton_core.training.collars.draw import Collar, draw_collar
from vton_core.training.collars.photos import EDGES, RealCollar, real_collars, vary

__all__ = ["EDGES", "Collar", "RealCollar", "draw_collar", "real_collars", "vary"]
