"""The cellar: the only floor that knows SQL."""
