"""For all tests: one thread in every process that computes, as in the workers; and no test fails for being slow."""

import os

from hypothesis import HealthCheck, settings

os.environ |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # sums then keep their order

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
