"""Held against each other: what clients asked and were told, what the database holds, what consumers read.

`checker.check` takes the three histories of a run and says what was lost, invented, altered or out of order. All
suites that break something on purpose end with it.
"""
