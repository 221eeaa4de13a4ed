"""What the operations service shows: a file for each thing it shows."""

from services.operations.queries.dead_letters import (
    get_dead_letter,
    get_dead_letter_row,
    group_dead_letters,
    list_dead_letters,
)
from services.operations.queries.history import get_history
from services.operations.queries.interventions import list_interventions
from services.operations.queries.journeys import get_journey
from services.operations.queries.overview import get_overview
from services.operations.queries.processes import FORGOTTEN_AFTER
from services.operations.queries.queues import age_of_oldest_dead_letter, known_queues, open_dead_letters

__all__ = [
    "FORGOTTEN_AFTER",
    "age_of_oldest_dead_letter",
    "get_dead_letter",
    "get_dead_letter_row",
    "get_history",
    "get_journey",
    "get_overview",
    "group_dead_letters",
    "known_queues",
    "list_dead_letters",
    "list_interventions",
    "open_dead_letters",
]
