"""Where work runs: in worker processes; the web process never trains."""

from playground.engine.engine import Engine
from playground.engine.health import EngineStatus, Health, WorkerHealth
from playground.engine.studies import StudyView
from playground.engine.visitor import NotYours, Visitor
from playground.engine.waiting_line import EngineFull

__all__ = ["Engine", "EngineFull", "EngineStatus", "Health", "NotYours", "StudyView", "Visitor", "WorkerHealth"]
