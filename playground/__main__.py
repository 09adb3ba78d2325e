"""`python -m playground`: see `playground/commands.py`."""

import sys

from playground.commands import main

sys.exit(main())
