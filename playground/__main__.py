"""`python -m playground`: see `playground/commands.py`."""

import os
import sys

# Before torch is loaded: one thread, as in the app's workers, so that sums keep their order to the last bit.
os.environ |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

from playground.commands import main

sys.exit(main())
