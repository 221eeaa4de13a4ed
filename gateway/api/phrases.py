"""Routes of ready phrases: what a community writes again and again when it handles cases."""

from typing import Any
from uuid import uuid4

from contracts.grievance.errors import PhraseNotFound
from contracts.grievance.schemas import phrases as schemas
from gateway import access
from gateway.http import ask
from gateway.routes import Routes, page_of
from gateway.whereabouts import InAddress, Kept

routes = Routes("phrases", __name__, description="常用语：办理时现成的话 · Phrases: ready words for handling cases")

PHRASE = Kept("grievance", "get_phrase", PhraseNotFound).first
PHRASES = "/communities/<community:community>/phrases"


@routes.operation(
    "GET",
    PHRASES,
    access.read_phrases,
    page_of(schemas.PhraseOut),
    at=InAddress(),
    query=schemas.ListPhrases(),
)
def list_phrases(query: dict[str, Any], community: str) -> Any:
    """本社区的常用语 · The community's ready phrases"""
    return ask("grievance", "list_phrases", {**query, "community": community})


@routes.operation(
    "POST",
    PHRASES,
    access.edit_phrases,
    schemas.PhraseOut,
    at=InAddress(),
    status=201,
    body=schemas.NewPhrase(),
)
def add_phrase(body: dict[str, Any], community: str) -> Any:
    """新增一条常用语 · Keep one more phrase"""
    return ask("grievance", "add_phrase", {**body, "community": community, "id": str(uuid4())})


@routes.operation(
    "POST",
    "/phrases/<id:id>/change",
    access.edit_phrases,
    schemas.PhraseOut,
    at=PHRASE,
    body=schemas.PhraseChanges(),
)
def change_phrase(body: dict[str, Any], id: str) -> Any:
    """修改一条常用语 · Change a phrase"""
    return ask("grievance", "change_phrase", {**body, "id": id})


@routes.operation("DELETE", "/phrases/<id:id>", access.edit_phrases, schemas.PhraseOut, at=PHRASE)
def remove_phrase(id: str) -> Any:
    """删去一条常用语 · Keep a phrase no more"""
    return ask("grievance", "remove_phrase", {"id": id})
