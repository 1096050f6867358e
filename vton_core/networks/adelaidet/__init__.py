"""CondInst and BlendMask, with the tensor names of the checkpoints that AdelaiDet published."""
