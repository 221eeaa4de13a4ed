"""The nameko service that holds the door: every HTTP request is one of its workers."""

from collections.abc import Callable
from functools import cached_property
from logging import getLogger
from socket import socket
from typing import Any

import eventlet
from eventlet import wsgi
from flask import Flask
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug.wrappers import Request, Response

from chassis.calls import Calls
from gateway.app import create_app
from gateway.browsers import ON_EVERY_ANSWER
from gateway.config import read_settings

log = getLogger(__name__)

SILENCE = 60
"""Seconds after which a connection that says nothing is closed."""

BROKEN = '{"error":"internal_error","message":"系统内部出错 / Something broke inside","fields":{}}'

LEAVING = (
    '{"error":"unavailable","message":"系统正在停止，请稍后再试 / The system is stopping, try again soon","fields":{}}'
)
CLOSING = {**ON_EVERY_ANSWER, "Connection": "close", "Retry-After": "5"}


class Doorway(WebServer):
    """nameko's web server, which closes silent connections, leaves what is logged to the application, and leads
    everything to one entrypoint: nameko's own routing refuses in a shape of its own what it does not know, such as a
    line break in an address."""

    def get_wsgi_app(self) -> Callable[[dict[str, Any], Any], Any]:
        """What the server asks for every request."""

        def lead_in(environ: dict[str, Any], start_response: Any) -> Any:
            if not self._providers:  # a connection that was kept open outlives the entrypoint of a door that closes
                return Response(LEAVING, 503, mimetype="application/json", headers=CLOSING)(environ, start_response)
            (entrypoint,) = self._providers
            request = Request(environ, shallow=True)
            request.path_values = {}
            return entrypoint.handle_request(request)(environ, start_response)

        return lead_in

    def unregister_provider(self, provider: Any) -> None:
        """The process was told to stop: what is under way is answered, and no connection is kept for more."""
        super().unregister_provider(provider)
        if self._serv is not None:
            self._serv.keepalive = False

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
            minimum_chunk_size=1,  # what is streamed goes out at once
            socket_timeout=SILENCE,
        )


class EveryRequest(HttpRequestHandler):
    """The entrypoint of all requests, which tells nobody outside what broke."""

    server = Doorway()

    def response_from_exception(self, exc: Exception) -> Response:
        """The answer where not even the application could give one."""
        log.error("a request could not be answered", exc_info=exc)
        return Response(BROKEN, 500, mimetype="application/json", headers=ON_EVERY_ANSWER)


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

    def stop(self) -> None:
        """Let those who watch go, before their connections are cut."""
        self.app.extensions["overviews"].close()
        eventlet.sleep(0)

    def get_dependency(self, _context: Any) -> Flask:
        """The application."""
        return self.app


class Gateway:
    """Everything that comes in over HTTP."""

    name = "gateway"
    app = Application()

    @every_request("*", "/")
    def answer(self, request: Request) -> Response:
        """What the application answers."""
        if request.environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            request.environ["wsgi.input_terminated"] = True  # eventlet ends such a body by itself
        return Response.from_app(self.app, request.environ)
