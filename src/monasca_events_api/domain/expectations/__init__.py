"""Definitions, events and what is expected of them, in one file: read, run and compared (contract 3)."""
