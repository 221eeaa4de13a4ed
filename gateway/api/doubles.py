"""Routes by which the office finds two entries of one and the same person, and merges them or tells them apart."""

from typing import Any

from contracts.organization import schemas as shown
from contracts.organization.schemas import doubles as schemas
from gateway import access
from gateway.api.organization import PERSON
from gateway.audited import current_reader
from gateway.http import ask
from gateway.routes import Routes, page_of
from gateway.whereabouts import InAddress

routes = Routes("doubles", __name__, description="重复登记 · Two entries of one person")


@routes.operation(
    "GET",
    "/communities/<community:community>/doubles",
    access.edit_people,
    page_of(schemas.DoubleOut),
    at=InAddress(),
    query=schemas.FilterDoubles(),
)
def list_doubles(query: dict[str, Any], community: str) -> Any:
    """可能重复的登记，附依据；确认不是同一人的不再列出 · Who may be registered twice, and what speaks for it"""
    return ask("organization", "list_doubles", {**query, "community": community})


@routes.operation(
    "GET",
    "/people/<id:id>/merge",
    access.edit_people,
    schemas.MergePreviewOut,
    at=PERSON.first,
    query=schemas.WithWhom(),
    refuses=(404, 409),
)
def preview_merge(query: dict[str, Any], id: str) -> Any:
    """合并前看清会怎样：哪些不同、哪些转来 · What merging two entries would do, before it is done"""
    return ask("organization", "preview_merge", {**query, "kept_id": id})


@routes.operation(
    "POST",
    "/people/<id:id>/merge",
    access.edit_people,
    shown.PersonDetailOut,
    at=PERSON.first,
    body=schemas.Merge(),
    refuses=(404, 409),
)
def merge_people(body: dict[str, Any], id: str) -> Any:
    """把另一条登记并入这一条，不能撤销，各服务随后跟上 · Merge another entry into this one; each service follows"""
    return ask("organization", "merge_people", {**body, "kept_id": id, "by": current_reader().account})


@routes.operation(
    "POST",
    "/people/<id:id>/apart",
    access.edit_people,
    shown.PersonDetailOut,
    at=PERSON.first,
    body=schemas.NotTheSame(),
    refuses=(404, 409),
)
def tell_apart(body: dict[str, Any], id: str) -> Any:
    """不是同一人，以后不再提示 · These are two people; they are not shown as doubles again"""
    return ask("organization", "tell_apart", {**body, "id": id, "by": current_reader().account})
