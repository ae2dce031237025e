"""What can go wrong with a server, in words that say what to do about it."""


class ServerError(Exception):
    """A server could not be had, did not start, or did not do in time what was waited for."""
