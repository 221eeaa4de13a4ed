"""docs/asyncapi.json: the events as AsyncAPI 3.0 describes them, for programs."""

import json
from typing import Any

from chassis.outbox import exchange_of
from contracts.wire import CONTENT_TYPE, Envelope
from docs.shapes import Schema, object_of, parts_of, sentence_of
from docs.titles import SERVICES
from docs.told_events import Hearer, ToldEvent, told_events

Section = dict[str, Any]


def asyncapi() -> str:
    """The document."""
    events = told_events()
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "和美 Hemei：事件 · events",
            "version": "1.0.0",
            "description": "各服务之间只说事件 · What the services tell each other. "
            "每个事件至多生效一次，次序只在同一事物内有保证 · Done at most once in effect; ordered within one "
            "aggregate by `sequence` only.",
            "license": {"name": "MIT"},
            "tags": [{"name": name, "description": chinese} for name, chinese in SERVICES.items()],
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "rabbitmq": {
                "host": "127.0.0.1:5672",
                "protocol": "amqp",
                "protocolVersion": "0.9.1",
                "description": "RabbitMQ, at BROKER_URL; the embedded form has a broker in its own process instead",
            }
        },
        "channels": _exchanges(events) | _queues(events),
        "operations": _tells(events) | _hears(events),
        "components": {"messages": {event.name: _message(event) for event in events}, "schemas": _schemas(events)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


# -- where events travel


def _exchanges(events: list[ToldEvent]) -> Section:
    """A channel for each event: its routing key on its teller's exchange."""
    return {
        event.name: {
            "address": event.name,
            "title": event.title,
            "messages": {event.name: {"$ref": f"#/components/messages/{event.name}"}},
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {"name": exchange_of(event.name), "type": "topic", "durable": True},
                    "bindingVersion": "0.3.0",
                }
            },
        }
        for event in events
    }


def _queues(events: list[ToldEvent]) -> Section:
    """A channel for each queue on which a service hears events."""
    names = dict.fromkeys(hearer.queue for event in events for hearer in event.hearers)
    return {name: _queue(name, events) for name in names}


def _queue(name: str, events: list[ToldEvent]) -> Section:
    heard = [event.name for event in events if any(hearer.queue == name for hearer in event.hearers)]
    return {
        "address": name,
        "title": f"{SERVICES[name.partition('.')[0]]}服务的队列 · queue {name}",
        "messages": {event: {"$ref": f"#/components/messages/{event}"} for event in heard},
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {"name": name, "durable": True, "exclusive": False, "autoDelete": False},
                "bindingVersion": "0.3.0",
            }
        },
    }


# -- who does what


def _tells(events: list[ToldEvent]) -> Section:
    return {
        f"tell.{event.name}": {
            "action": "send",
            "channel": {"$ref": f"#/channels/{event.name}"},
            "title": event.title,
            "tags": [{"name": event.teller}],
            "messages": [{"$ref": f"#/channels/{event.name}/messages/{event.name}"}],
        }
        for event in events
    }


def _hears(events: list[ToldEvent]) -> Section:
    return {f"{hearer.queue}.{hearer.method}": _hearing(event, hearer) for event in events for hearer in event.hearers}


def _hearing(event: ToldEvent, hearer: Hearer) -> Section:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{hearer.queue}"},
        "title": f"{event.chinese} · {hearer.does}",
        "tags": [{"name": hearer.service}],
        "messages": [{"$ref": f"#/channels/{hearer.queue}/messages/{event.name}"}],
    }


# -- what events hold


def _message(event: ToldEvent) -> Section:
    return {
        "name": event.name,
        "title": event.title,
        "summary": sentence_of(event.shape),
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": event.name},
                        "data": {"$ref": f"#/components/schemas/{event.shape.__name__}"},
                    },
                },
            ]
        },
    }


def _schemas(events: list[ToldEvent]) -> dict[str, Schema]:
    shapes = dict.fromkeys(shape for event in events for shape in (event.shape, *parts_of(event.shape)))
    return {"Envelope": _envelope()} | {shape.__name__: object_of(shape) for shape in shapes}


FORMATS = {"id": "uuid", "time": "date-time", "source": "uri-reference"}


def _envelope() -> Schema:
    """CloudEvents 1.0 with our extensions; `data` is said by each event."""
    whole_numbers = {"sequence", "dataversion"}
    properties: dict[str, Schema] = {
        name: {"type": "integer" if name in whole_numbers else "string"}
        for name in Envelope.__struct_fields__
        if name != "data"
    }
    for name, kind in FORMATS.items():
        properties[name]["format"] = kind
    properties["specversion"] = {"type": "string", "const": "1.0"}
    required = [name for name in Envelope.__struct_fields__ if name not in ("traceparent", "sequence")]
    return {
        "title": "CloudEvent",
        "description": sentence_of(Envelope),
        "type": "object",
        "properties": properties,
        "required": required,
    }
