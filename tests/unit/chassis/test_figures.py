"""What a queue is for, by its name; and how the management API is logged in to."""

import pytest

from chassis.figures import kind_of, service_of
from chassis.management import Login


@pytest.mark.parametrize(
    ("queue", "kind", "service"),
    [
        ("grievance.main", "work", "grievance"),
        ("grievance.calls", "calls", "grievance"),
        ("operations.dead", "dead", "operations"),
        ("operations.reports", "reports", "operations"),
        ("operations.calls", "calls", "operations"),
        ("retry.5s", "retry", ""),
    ],
)
def test_a_queues_name_says_what_it_is_for_and_whose_it_is(queue: str, kind: str, service: str) -> None:
    assert (kind_of(queue), service_of(queue)) == (kind, service)


def test_user_and_password_are_the_brokers_where_none_stand_in_the_address() -> None:
    login = Login.of("http://rabbit:15672/", "amqp://hemei:se%2Fcret@rabbit:5672//")
    assert login == Login("http://rabbit:15672", "hemei", "se/cret", "/")


def test_user_and_password_of_the_address_go_before_the_brokers_and_are_not_shown_in_it() -> None:
    login = Login.of("https://watcher:word@rabbit:15671/manage", "amqp://hemei:secret@rabbit:5672/city")
    assert login == Login("https://rabbit:15671/manage", "watcher", "word", "city")


def test_of_a_cluster_the_first_address_counts() -> None:
    login = Login.of("http://rabbit:15672", "amqp://one:1@a:5672/city;amqp://two:2@b:5672/city")
    assert (login.user, login.vhost) == ("one", "city")
