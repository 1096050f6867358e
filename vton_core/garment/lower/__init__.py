"""Trousers, shorts and skirts: their landmarks, the legs that carry them, and how they are laid on."""
