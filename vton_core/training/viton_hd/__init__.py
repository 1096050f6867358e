"""Training of VITON-HD's three networks (Choi et al., CVPR 2021), which its authors did not publish."""
