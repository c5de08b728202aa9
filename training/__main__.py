"""python -m training prepare | train | finish | evaluate | export; README.md says how they follow each other."""

from __future__ import annotations

import os
import sys

# threads that wait by spinning take the cores from whoever works;
# glibc gives every large tensor back to the kernel and faults it in again; keeping it is about a tenth faster
KEEP = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
    "MALLOC_TOP_PAD_": "67108864",
    "OMP_WAIT_POLICY": "PASSIVE",
}
if __name__ == "__main__":
    if os.environ.get("MALLOC_MMAP_MAX_") != "0":
        os.environ.update(KEEP)
        os.execv(sys.executable, [sys.executable, "-m", "training", *sys.argv[1:]])
    from training.commands import main

    main()
