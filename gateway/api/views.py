"""Routes of views: what a community's office looks for in its inbox again and again."""

from typing import Any
from uuid import uuid4

from contracts.grievance.errors import ViewNotFound
from contracts.grievance.schemas import views as schemas
from gateway import access
from gateway.http import ask
from gateway.routes import Routes, page_of
from gateway.whereabouts import InAddress, Kept

routes = Routes("views", __name__, description="视图：诉求列表的常用筛选 · Views: filters of the inbox, kept by name")

VIEW = Kept("grievance", "get_view", ViewNotFound).first
VIEWS = "/communities/<community:community>/views"


@routes.operation("GET", VIEWS, access.keep_views, page_of(schemas.ViewOut), at=InAddress(), query=schemas.ListViews())
def list_views(query: dict[str, Any], community: str) -> Any:
    """本社区的视图 · The community's views"""
    return ask("grievance", "list_views", {**query, "community": community})


@routes.operation("POST", VIEWS, access.keep_views, schemas.ViewOut, at=InAddress(), status=201, body=schemas.NewView())
def add_view(body: dict[str, Any], community: str) -> Any:
    """保存一个视图 · Keep a view"""
    return ask("grievance", "add_view", {**body, "community": community, "id": str(uuid4())})


@routes.operation("DELETE", "/views/<id:id>", access.keep_views, schemas.ViewOut, at=VIEW)
def remove_view(id: str) -> Any:
    """删去一个视图 · Keep a view no more"""
    return ask("grievance", "remove_view", {"id": id})
