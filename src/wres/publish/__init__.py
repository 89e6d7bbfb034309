"""From executed notebooks to finished pages: preparing, rendering, running, checking.

Nothing here reads the inputs or computes a figure.
"""
