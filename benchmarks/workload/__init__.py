"""Seeded generators: claims as columns, and the conflicts that were planted in them."""
