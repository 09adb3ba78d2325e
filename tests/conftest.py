"""For all tests: one thread in every process that computes, as in the workers, so that sums keep their order."""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
