"""The limits of this server, each overridable by an environment variable PLAYGROUND_<NAME>."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from playground.addresses import networks
from playground.hosting.home import playground_home

PREFIX = "PLAYGROUND_"


class Settings(BaseModel):
    """What a host may choose; the defaults suit a laptop and a classroom server alike."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    # Where work runs.
    scheduler: str = Field("", pattern=r"^((tcp|tls)://\S+)?$")
    """Address of a Dask scheduler that is already running; empty = own worker processes on this machine."""
    workers: int | None = Field(None, ge=1, le=256)
    """Own worker processes; None = one per core, as many as the memory allows."""
    worker_mb: int = Field(450, ge=200, le=65536)
    """Memory counted per worker when their number is chosen: torch takes 320 to 410 MB."""
    worker_limit_mb: int = Field(2048, ge=500, le=65536)
    """A worker that grows beyond this is ended and started again; its run goes on."""
    stand_back: int = Field(10, ge=0, le=19)
    """Niceness of the workers' computing, so that pages are served first where cores are few; 0 = not at all.
    Other work in the same terminal goes before training in the same way; less lets training have more of it."""

    # Who may train how much.
    queued_per_owner: int = Field(5, ge=0, le=100)
    """Runs that one visitor may have waiting behind the one that trains."""
    runs_at_once: int = Field(32, ge=1, le=1000)
    """Runs of all visitors that take turns on the workers; more wait in the queue."""
    queue_length: int = Field(64, ge=0, le=10000)
    """Runs of all visitors that may wait; beyond it the server says that it is full."""
    newcomers_share: float = Field(0.25, ge=0, le=0.9)
    """Share of all places, those of running and of waiting runs, kept for visitors who have no run under way."""
    paused_per_owner: int = Field(20, ge=1, le=1000)
    """Runs of one visitor that may stand paused in memory before another can be made that begins with a pause."""
    epoch_work: float = Field(1e13, ge=1e6, le=1e18)
    """Most work in one epoch of a run: parameters x training points x window steps. 10^13 takes five to ten
    minutes on one core; the largest network on the longest bundled series needs half of it."""
    grace_s: float = Field(120.0, ge=5, le=86400)
    """A run that nobody has watched for so long is paused."""

    # One person with many names.
    visitors_per_address: int = Field(4, ge=1, le=10000)
    """One network address (IPv6: one /64) may have under way what so many visitors may, whatever their names."""
    tabs: int = Field(400, ge=1, le=100000)
    """Tabs of all visitors that may be open; beyond it a newcomer is told that the server is full."""
    tabs_per_address: int = Field(40, ge=1, le=100000)
    """Tabs that may be open from one address."""
    shared_addresses: str = Field("", max_length=4000)
    """Addresses and networks that many people share, such as "192.0.2.7 2001:db8::/48", separated by spaces: they
    are not counted. "0.0.0.0/0 ::/0" counts none."""
    proxies: str = Field("", max_length=4000)
    """Addresses and networks of proxies in front of this server, separated by spaces. What they tell as
    X-Forwarded-For is believed; from anywhere else it is not, and empty believes nobody."""

    # Who may show the app.
    framed_by: str = Field("", pattern=r"^(https?://[A-Za-z0-9.:*-]+( https?://[A-Za-z0-9.:*-]+)*)?$")
    """Other sites that may show every page in a frame, such as "https://school.example", separated by
    spaces; empty = none. The embed page may be framed by every site, as slides need it."""

    hosts: str = Field("", pattern=r"^(\*|(\*\.)?[A-Za-z0-9.-]+( (\*\.)?[A-Za-z0-9.-]+)*)?$")
    """The only names by which browsers may call this server, such as "rnn.school.example *.lab.example", separated by
    spaces; addresses, localhost and the name in `address` are always among them. Empty = any, but for requests from
    this machine itself, which must use one of its own names: see `ui/web/gate.py`."""

    # Turns.
    slice_s: float = Field(0.25, ge=0.05, le=2)
    """Training time of one turn; also the coarsest delay of Pause."""
    first_slice_s: float = Field(0.08, ge=0.01, le=2)
    """Training time of a run's first turn, short so that the first point appears at once."""
    snapshot_share: float = Field(0.05, ge=0, le=0.5)
    """Most of a run's time that may go into its live snapshots."""
    snapshot_every_s: float = Field(0.25, ge=0.05, le=60)
    """Least training time between two live snapshots."""
    worker_deaths: int = Field(3, ge=0, le=20)
    """How often a run is tried again at the same place after its worker died."""

    # Long work in pieces.
    study_share: float = Field(0.2, ge=0.01, le=0.9)
    """Share of a worker's time that long work may take where live runs want all workers; idle workers are free."""
    study_grace_s: float = Field(20.0, ge=1, le=86400)
    """Long work that nobody has looked at for so long rests where it is."""
    studies_per_owner: int = Field(32, ge=1, le=1000)
    """Long computations that one visitor may have under way; they take turns."""
    studies_kept: int = Field(1024, ge=8, le=100000)
    """Long computations in memory, finished ones included; those not looked at for longest go first."""
    studies_mb: int = Field(128, ge=8, le=65536)
    """Memory for them."""

    # What is kept.
    checkpoint_every_s: float = Field(2.0, ge=0.1, le=600)
    """How much training time a crash of the server may cost a run."""
    stored_runs: int = Field(200, ge=1, le=100000)
    """Runs kept on disk; beyond it the oldest of whoever has most goes, never one under way."""
    stored_runs_per_owner: int = Field(200, ge=1, le=100000)
    """Runs kept of one visitor; beyond it the visitor's own oldest goes."""
    stored_mb: int = Field(500, ge=10, le=100000)
    """Size of the run store; beyond it the oldest run of whoever takes most goes, never one under way."""
    stored_studies: int = Field(500, ge=0, le=100000)
    """Long computations whose last finished piece is kept on disk, so that a restart loses little; the oldest go
    first. Nothing of a visitor's own texts or voice is among it."""
    stored_studies_mb: int = Field(100, ge=1, le=100000)
    """Size of these pieces, beside that of the run store."""
    previews_kept: int = Field(64, ge=1, le=10000)
    """Previews of untrained networks kept in memory."""

    # What is shown beside.
    pretrained: str = Field("", max_length=4000)
    """Folder with a Chronos-Bolt model (config.json and model.safetensors) on the workers' machine, whose forecasts
    then stand beside those of the baselines. It needs the package chronos-forecasting, and about 300 MB more in each
    worker; the model is never fetched. Empty = none, and nothing of it is loaded."""

    # Workshop.
    address: str = Field("", pattern=r"^(https?://[^\s/]+)?$")
    """Where the room finds this server, shown with a code to photograph on the page Status; empty = not shown."""

    @field_validator("proxies", "shared_addresses")
    @classmethod
    def _lists_networks(cls, value: str) -> str:
        networks(value)
        return value

    @property
    def store_path(self) -> Path:
        """The file of the run store."""
        return playground_home() / "runs.sqlite3"


WORKSHOP: dict[str, int | str] = {
    # A room is often behind one address.
    "shared_addresses": "0.0.0.0/0 ::/0",
    # Thirty people who try a recipe with five seeds each.
    "queue_length": 200,
    # Long computations take turns; a few each leave room for everybody.
    "studies_per_owner": 4,
    # Two hours of a room's runs.
    "stored_runs": 2000,
    "stored_runs_per_owner": 100,
    "stored_mb": 2000,
}
"""What `make workshop` sets otherwise; a variable that is set wins."""


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, or from the mapping given.

    Raises:
        ValueError: if a variable has a value that its setting does not allow.
    """
    variables = os.environ if environment is None else environment
    named = {PREFIX + name.upper(): name for name in Settings.model_fields}
    given = {name: variables[variable] for variable, name in named.items() if variables.get(variable)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        wrong = "; ".join(
            f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg'][:1].lower()}{e['msg'][1:]}, got {e['input']!r}"
            for e in error.errors()
        )
        raise ValueError(f"{wrong}; change or remove the variable and start again") from None
