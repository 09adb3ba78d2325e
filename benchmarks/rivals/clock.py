"""What every rival tells about its training. Standard library only: it runs in every rival's environment."""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path

LEAST_EPOCHS = 2


class Clock:
    """Takes the time of epochs, and says when it has seen enough.

    The command line gives the folder with the data, the cell, and how many seconds to train after the
    first epoch.
    """

    def __init__(self) -> None:
        folder, self.cell, warm_s = sys.argv[1:4]
        self.folder, self.warm_s = Path(folder), float(warm_s)
        self.losses: list[float] = []
        self.first_at = self.last_at = math.nan
        self.first_epochs = 0

    def ended(self, *losses: float) -> bool:
        """Take note of the training losses of epochs that have just ended; return whether that is enough."""
        self.last_at = time.time()
        if not self.losses:
            self.first_at, self.first_epochs = self.last_at, len(losses)
        self.losses += [float(loss) for loss in losses]
        return self.enough

    @property
    def enough(self) -> bool:
        """Whether the time is up and an epoch beyond the first was seen."""
        return len(self.losses) >= max(LEAST_EPOCHS, self.first_epochs + 1) and (
            self.last_at - self.first_at >= self.warm_s
        )

    def tell(self, steps: int, version: str) -> None:
        """Print, as the last line, what was measured.

        Args:
            steps: Optimiser steps taken in all.
            version: Of what trained.
        """
        epochs = len(self.losses)
        warm_s = (self.last_at - self.first_at) / (epochs - self.first_epochs)
        told = {"first_at": self.first_at, "warm_s": warm_s, "steps": steps, "epochs": epochs, "version": version}
        print(json.dumps(told | {"losses": self.losses[:LEAST_EPOCHS]}))
