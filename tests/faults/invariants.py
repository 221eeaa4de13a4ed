"""What must be so whatever has failed, asked of databases and queues: I1 to I7 of the nine invariants.

The last two are of processes: that the flow resumes (I8) is waited for, and how one ends (I9) is seen when it is told
to stop. Each function answers with a sentence for everything that is not as it must be; nothing where all is well.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from typing import Any

import kombu
import psycopg2

from chassis.amqp_messages import from_amqp
from chassis.broker import DEAD_LETTERS, Message

Control = Callable[[Sequence[str]], str]


def one_effect_each(
    causes: Iterable[Hashable], effects: Iterable[Hashable], laid_aside: Iterable[Hashable] = ()
) -> list[str]:
    """I1: every committed cause has one effect or lies among the dead letters. I2: no cause has two. I3: no effect
    is without a cause."""
    there, counted, dead = set(causes), Counter(effects), set(laid_aside)
    return [
        *(f"lost: {cause}" for cause in there - counted.keys() - dead),
        *(f"doubled: {cause}, {count} times" for cause, count in counted.items() if count > 1),
        *(f"both done and laid aside: {cause}" for cause in dead & counted.keys()),
        *(f"without a cause: {cause}" for cause in counted.keys() - there),
    ]


def never_backwards(applied: Iterable[tuple[Hashable, int]]) -> list[str]:
    """I4: of each thing, what was applied was newer each time; pairs of thing and version in the order applied."""
    versions: dict[Hashable, list[int]] = defaultdict(list)
    for thing, version in applied:
        versions[thing].append(version)
    return [
        f"backwards: {thing} went through {seen}"
        for thing, seen in versions.items()
        if any(later <= earlier for earlier, later in pairwise(seen))
    ]


def left_in_outboxes(databases: Mapping[str, str]) -> list[str]:
    """I5, the part of the databases: nothing waits to be told. Addresses by name of service."""
    found = {name: _count(url, "outbox") for name, url in databases.items()}
    return [f"in the outbox of {name}: {count}" for name, count in found.items() if count]


def left_in_queues(control: Control, vhost: str) -> list[str]:
    """I5, the part of the broker: nothing is ready, in somebody's hands, or on its way to the dead letters; only
    there may something lie. `control` is `rabbitmqctl`, `vhost` the name as in the address."""
    asked = ["name", "messages", "messages_ready", "messages_unacknowledged"]
    told = control(["-q", "-p", vhost or "/", "list_queues", "--formatter=json", *asked])
    return [
        f"in {queue['name']}: {queue['messages_ready']} ready, {queue['messages_unacknowledged']} in hand, "
        f"{queue['messages']} in all"
        for queue in json.loads(told)
        if queue["messages"] and queue["name"] != DEAD_LETTERS
    ]


def dead_letters(broker_url: str) -> list[Message]:
    """What lies in the queue of dead letters, where nobody takes from it; it is left there."""
    with kombu.Connection(broker_url) as connection:
        channel = connection.channel()
        found = []
        while (raw := channel.basic_get(DEAD_LETTERS)) is not None:
            found.append(from_amqp(raw))
        return found


def laid_aside_rightly(poison: Iterable[str], dead: Iterable[Message]) -> list[str]:
    """I6: exactly the poison lies among the dead letters, each with its queue and the reason."""
    expected, found = Counter(set(poison)), {message.id: message for message in dead}
    return [
        *(f"not laid aside: {id}" for id in expected.keys() - found.keys()),
        *(f"laid aside without need: {id}, {found[id].headers}" for id in found.keys() - expected.keys()),
        *(
            f"laid aside without {name}: {id}"
            for id, message in found.items()
            for name in ("queue", "error")
            if not message.headers.get(name)
        ),
    ]


def in_their_communities(expected: Mapping[Hashable, str], found: Iterable[tuple[Hashable, str]]) -> list[str]:
    """I7: whatever belongs to a thing stands in its community. Pairs of thing and community, wherever found."""
    return [f"{thing} stands in {community}" for thing, community in found if expected.get(thing) != community]


def _count(url: str, table: str) -> int:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        row: Any = cursor.fetchone()
        return int(row[0])
