"""A wardrobe of our own: people and garments made by parameters, with exact truth, for training and for tests."""
