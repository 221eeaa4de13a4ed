"""What `hemei migrate` declares on the broker, and what it says where something else stands there."""

import pytest

from chassis.links import connect, cut
from chassis.run import declare_topology, messages_waiting
from chassis.topology import StandsOtherwise


def test_what_was_declared_is_there_and_empty_and_may_be_declared_again(fresh_broker: str) -> None:
    declare_topology(fresh_broker)
    declare_topology(fresh_broker)
    assert messages_waiting(fresh_broker) == {}


def test_a_queue_that_stands_there_otherwise_is_named(fresh_broker: str) -> None:
    declare_topology(fresh_broker)
    connection = connect(fresh_broker, "somebody")
    channel = connection.channel()
    channel.queue_delete("partner.main")
    channel.queue_declare("partner.main", durable=True, auto_delete=False)
    try:
        with pytest.raises(StandsOtherwise, match=r"partner\.main"):
            declare_topology(fresh_broker)
    finally:
        channel.queue_delete("partner.main")
        cut(connection)
