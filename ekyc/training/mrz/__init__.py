"""The two networks that find and read machine-readable zones, and the drawings they learn from."""
