"""What every notebook needs, done once: the process that kernels are forked from imports this module.

Nothing here may start a thread or open a file that a forked kernel would share.
"""

import ipykernel.debugger
import ipykernel.kernelapp
import matplotlib.backends.backend_agg
import matplotlib.backends.backend_svg
import pandas as pd
import pyarrow.parquet

import wres.cli
import wres.report.local
import wres.report.national
from wres import results
from wres.report import drawing

results.check(results.conform(pd.DataFrame()))
drawing.set_style()

__all__ = ["ipykernel", "matplotlib", "pyarrow", "wres"]
