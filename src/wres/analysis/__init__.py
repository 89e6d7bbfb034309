"""WRES words in, calls to :mod:`wres.statistics`, rows of the results table out."""
