"""The door: the only floor that knows Pyramid, Cornice, colander and status codes."""
