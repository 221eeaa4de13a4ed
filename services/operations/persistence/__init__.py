"""Where the operations service keeps what it knows."""

from services.operations.persistence.dead_letters import DeadLetters
from services.operations.persistence.history import Samples
from services.operations.persistence.interventions import Interventions
from services.operations.persistence.journeys import Steps
from services.operations.persistence.processes import Processes
from services.operations.persistence.queues import Pauses
from services.operations.persistence.tables import metadata

REPOSITORIES = {
    "dead_letters": DeadLetters,
    "interventions": Interventions,
    "pauses": Pauses,
    "processes": Processes,
    "samples": Samples,
    "steps": Steps,
}

__all__ = ["REPOSITORIES", "metadata"]
