"""Background processes that run the steps, and the folders of the visitors whose pictures they work on."""

from vton_core.workers.protocol import Event, Failed, Finished, JobRunner, Progressed, Queued, Watcher
from vton_core.workers.supervisor import Supervisor
from vton_core.workers.visitors import VisitorStore

__all__ = [
    "Event",
    "Failed",
    "Finished",
    "JobRunner",
    "Progressed",
    "Queued",
    "Supervisor",
    "VisitorStore",
    "Watcher",
]
