"""What makes a figure belong to its background: light, shadows, sharpness, grain; one method a file, arrays only."""
