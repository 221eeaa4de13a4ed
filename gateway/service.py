"""The nameko service that holds the door: every HTTP request is one of its workers."""

from functools import cached_property
from logging import getLogger
from socket import socket
from typing import Any

from eventlet import wsgi
from flask import Flask
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from chassis.calls import Calls
from gateway.app import create_app
from gateway.config import read_settings

SILENCE = 60
"""Seconds after which a connection that says nothing is closed."""


class Doorway(WebServer):
    """nameko's web server, which closes silent connections and leaves what is logged to the application."""

    def get_wsgi_server(
        self, sock: socket, wsgi_app: Any, protocol: type = HttpOnlyProtocol, debug: bool = False
    ) -> wsgi.Server:
        """The server behind the listening socket."""
        return wsgi.Server(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=protocol,
            debug=debug,
            log=getLogger(__name__),
            log_output=False,
            socket_timeout=SILENCE,
        )


class EveryRequest(HttpRequestHandler):
    """An entrypoint for all methods, so that the application refuses in its own shape those it does not know."""

    server = Doorway()

    def get_url_rule(self) -> Rule:
        """The rule for nameko's own small routing."""
        return Rule(self.url, methods=None, merge_slashes=False)


every_request = EveryRequest.decorator


class Application(Calls):
    """Gives the Flask application, which asks the services through calls."""

    @cached_property
    def app(self) -> Flask:
        """The one application of this process."""
        return create_app(self.link.caller.ask, read_settings())

    def start(self) -> None:
        """Build it before the first request."""
        _ = self.app

    def get_dependency(self, _context: Any) -> Flask:
        """The application."""
        return self.app


class Gateway:
    """Everything that comes in over HTTP."""

    name = "gateway"
    app = Application()

    @every_request("*", "/")
    @every_request("*", "/<path:_path>")
    def answer(self, request: Request, _path: str = "") -> Response:
        """What the application answers."""
        if request.environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            request.environ["wsgi.input_terminated"] = True  # eventlet ends such a body by itself
        return Response.from_app(self.app, request.environ, buffered=True)
