"""A forecaster that was trained elsewhere, on many series: Chronos-Bolt, from a folder on this machine.

It is an optional line beside the baselines, read only where the host has named a folder, in workers, without the
network and from safetensors alone. It counts for no verdict: nobody here knows what it was trained on, so its errors
may be of series that it has seen, and a network would be called better or worse by what a host has installed.

Source: Ansari et al., Chronos: Learning the Language of Time Series, Trans. Mach. Learn. Res. (2024). The
model and its weights come with the package chronos-forecasting; it says the median here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from playground.evaluation.baselines import FittedBaseline
from playground.evaluation.missing import Missing, NotAvailable
from playground.evaluation.results import PRETRAINED
from playground.hosting.settings import load_settings
from playground.recent import Recent
from playground.records import Floats, Ints, Prepared

CONTEXT = 512
"""Values before an anchor that it reads at most."""

MOST_WINDOWS = 1000
"""From more anchors at once it is not asked: each takes it some milliseconds."""

BATCH = 64

HOW_TO_INSTALL = "Chronos-Bolt needs an optional package on the server: pip install chronos-forecasting"

DESCRIPTION = (
    "A network that was trained elsewhere on many series, and on this one perhaps too: so it is no fair rival, and "
    f"counts for no verdict. It reads up to {CONTEXT} values before each forecast and says the median."
)

_told: Recent[bytes, Floats] = Recent(32)


def pretrained_baselines(prepared: Prepared) -> tuple[FittedBaseline, ...]:
    """Return the pretrained forecaster where the host has named a folder, with a reason where that holds none."""
    folder = load_settings().pretrained
    if not folder:
        return ()
    try:
        model = load(folder)
    except ValueError as problem:
        return (FittedBaseline(PRETRAINED, DESCRIPTION, None, Missing("no pretrained model", detail=str(problem))),)
    return (FittedBaseline(PRETRAINED, DESCRIPTION, lambda anchors, steps: _asked(model, prepared, anchors, steps)),)


@lru_cache(maxsize=1)
def load(folder: str) -> Any:
    """Return the pipeline of the model in a folder.

    Raises:
        ValueError: if the package is not installed, or the folder has no such model.
    """
    if importlib.util.find_spec("chronos") is None:
        raise ValueError(HOW_TO_INSTALL)
    for name in ("config.json", "model.safetensors"):
        if not (Path(folder) / name).is_file():
            raise ValueError(
                f"PLAYGROUND_PRETRAINED must name a folder with {name} of a Chronos-Bolt model, and has none"
            )
    try:
        from chronos.chronos_bolt import ChronosBoltModelForForecasting, ChronosBoltPipeline

        model = ChronosBoltModelForForecasting.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        pipeline = ChronosBoltPipeline(model.float().eval())
        pipeline.quantiles.index(0.5)
        return pipeline
    except Exception as problem:  # whatever another library makes of a file that is none of its own
        raise ValueError(f"no Chronos-Bolt model could be read ({type(problem).__name__})") from None


def forecast(model: Any, values: Floats, anchors: Ints, steps: int) -> Floats:
    """Return the medians (m, steps), float64 in the values' own unit; nothing after an anchor is read.

    Args:
        model: See `load`.
        values: (n,) the series.
        anchors: (m,) position of the last value that each forecast may read.
        steps: How far ahead; beyond what the model says at once it reads its own quantiles on.
    """
    import torch

    longest = min(CONTEXT, model.model_context_length)
    median = model.quantiles.index(0.5)
    forecasts = np.empty((len(anchors), steps))
    for start in range(0, len(anchors), BATCH):
        some = anchors[start : start + BATCH]
        places = some[:, np.newaxis] + np.arange(1 - longest, 1)
        known = np.where(places >= 0, values[np.maximum(places, 0)], np.nan)
        # In double precision here, because the model's own scaling has single precision.
        centre = np.nanmean(known, axis=1, keepdims=True)
        spread = np.nanstd(known, axis=1, keepdims=True)
        spread[spread == 0] = 1
        context = torch.from_numpy(((known - centre) / spread).astype(np.float32))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it advises against long forecasts on the terminal
            quantiles = model.predict(context, prediction_length=steps)
        forecasts[start : start + BATCH] = quantiles[:, median].numpy() * spread + centre
    return forecasts


def _asked(model: Any, prepared: Prepared, anchors: Ints, steps: int) -> Floats:
    """Forecast, or return what was said before: it is the same at every epoch of a run."""
    if len(anchors) > MOST_WINDOWS:
        raise NotAvailable(Missing("too many windows", len(anchors), MOST_WINDOWS))
    asked = (prepared.values[: anchors.max() + 1].tobytes(), anchors.tobytes(), str(steps).encode())
    key = hashlib.sha256(b" ".join(asked)).digest()
    said = _told.use(key)
    return _told.keep(key, forecast(model, prepared.values, anchors, steps)) if said is None else said
