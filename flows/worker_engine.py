"""Prefect's engine for one run of a worker, loaded with less work; ``prefect.yaml`` names it.

A worker starts a process for each run, and most of the time until its first stage goes by with
loading. The collector finds nothing while modules are loaded, and looks a fifth of that time.
"""

import gc

gc.disable()

import runpy  # noqa: E402
import sys  # noqa: E402

if __name__ == "__main__":
    import prefect.flow_engine  # noqa: F401

    import flows.statement  # noqa: F401

    sys.modules.pop("prefect.engine", None)  # it is run as the main module, as "-m" would
    gc.freeze()
    gc.enable()
    runpy.run_module("prefect.engine", run_name="__main__")
