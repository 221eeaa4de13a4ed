"""`/metrics` of a process without a door: on the port that is set, nowhere without one, refused where it is taken."""

import random
import socket
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from chassis.config import Settings, SettingsRefused
from chassis.observing import Observer
from chassis.processes import PROCESSES, environment_of
from chassis.scraping import answer_beside, answer_green
from tests.servers.ports import PRIVATE, free_ports


def test_figures_are_answered_on_the_port_that_is_set() -> None:
    (port,) = free_ports(1, random.sample(PRIVATE, 50))
    answer_beside(Observer("relay").metrics.registry, Settings(metrics_port=port))
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        assert 'hemei_info{process="relay"' in answer.read().decode()


@pytest.mark.parametrize("answer", [answer_beside, answer_green], ids=["beside", "green"])
def test_a_port_that_is_taken_is_refused_with_its_name(answer: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(metrics_port=taken.getsockname()[1])
        with pytest.raises(SettingsRefused, match=r"METRICS_PORT: cannot listen on 127\.0\.0\.1"):
            answer(Observer().metrics.registry, settings)


@pytest.mark.parametrize("answer", [answer_beside, answer_green], ids=["beside", "green"])
def test_nothing_is_listened_on_where_no_port_is_set(answer: Callable[..., None]) -> None:
    assert answer(Observer().metrics.registry, Settings()) is None


def test_each_process_has_a_port_of_its_own_where_one_is_set() -> None:
    ports = [environment_of(name, {"METRICS_PORT": "9100", "PORT": "8000"})["METRICS_PORT"] for name in PROCESSES]
    assert ports == [str(9100 + number) for number in range(len(PROCESSES))]


@pytest.mark.parametrize("given", [{}, {"METRICS_PORT": ""}, {"METRICS_PORT": "0"}, {"METRICS_PORT": "many"}])
def test_without_a_port_the_environment_stays_as_it_is(given: dict[str, str]) -> None:
    assert environment_of("health", given) == given
