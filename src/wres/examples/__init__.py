"""Data to try the system with: a few published figures, and a synthetic England.

Nothing here is used to compute or write a report on anybody else's data.
"""
