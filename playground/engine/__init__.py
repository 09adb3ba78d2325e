"""Where work runs: in worker processes; the web process never trains."""

from playground.engine.engine import Engine, EngineFull, EngineStatus

__all__ = ["Engine", "EngineFull", "EngineStatus"]
