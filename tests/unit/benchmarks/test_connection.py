"""The load generator's own HTTP connection reads what a server sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from benchmarks.connection import Connection


@asynccontextmanager
async def server(*answers: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Gives these answers in turn on one connection; its address, and the requests it was sent."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            asked.append(head + await reader.readexactly(length))
            writer.write(answer)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", asked


def answer(status: int, body: bytes) -> bytes:
    """What a server writes."""
    return b"HTTP/1.1 %d X\r\nX-Other: 1\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def test_one_connection_carries_many_requests() -> None:
    async def story() -> None:
        async with server(answer(201, b'{"id": 1}'), answer(409, b"")) as (address, asked):
            async with Connection(address) as connection:
                assert await connection.post("/a", b"[1]") == (201, b'{"id": 1}')
                assert await connection.post("/b", b"[2]") == (409, b"")
            assert asked[0].startswith(b"POST /a HTTP/1.1\r\nHost: 127.0.0.1:")
            assert [request.rpartition(b"\r\n")[2] for request in asked] == [b"[1]", b"[2]"]

    asyncio.run(story())


def test_json_is_read_where_the_server_gives_it() -> None:
    async def story() -> None:
        async with server(answer(200, b'{"items": []}')) as (address, _), Connection(address) as connection:
            assert await connection.get("/places") == {"items": []}

    asyncio.run(story())


def test_a_refusal_is_never_taken_for_an_answer() -> None:
    async def story() -> None:
        async with server(answer(503, b"away")) as (address, _), Connection(address) as connection:
            with pytest.raises(ValueError, match="503 away"):
                await connection.get("/places")

    asyncio.run(story())
