"""`/metrics` of a process that has no door of its own."""

from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, make_wsgi_app, start_http_server

from chassis.config import Settings, SettingsRefused

SILENCE = 10
"""Seconds after which a connection that says nothing is closed."""


def answer_beside(registry: CollectorRegistry, settings: Settings) -> None:
    """Answer in a thread of the machine, where a port is set. Raises `SettingsRefused` where it is taken."""
    if settings.metrics_port:
        _listening(settings, lambda: start_http_server(settings.metrics_port, settings.metrics_host, registry))


def answer_green(registry: CollectorRegistry, settings: Settings) -> None:
    """Answer in a green thread, where a port is set. Raises `SettingsRefused` where it is taken."""
    if not settings.metrics_port:
        return
    import eventlet
    from eventlet import wsgi  # only here: the relay has no green threads

    listening = _listening(settings, lambda: eventlet.listen((settings.metrics_host, settings.metrics_port)))
    eventlet.spawn(wsgi.server, listening, make_wsgi_app(registry), log_output=False, socket_timeout=SILENCE)


def _listening(settings: Settings, listen: Callable[[], Any]) -> Any:
    try:
        return listen()
    except OSError as error:
        where = f"{settings.metrics_host}:{settings.metrics_port}"
        raise SettingsRefused(f"METRICS_PORT: cannot listen on {where}: {error.strerror or error}") from error
