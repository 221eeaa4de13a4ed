"""Pages of the community's office: the inbox over all grids, entry for callers, registers, numbers, sheets."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext

from gateway.pages.frame import Pages
from gateway.pages.office.community import communities
from gateway.pages.wording import KINDS, categories, category

pages = Pages(
    "office",
    "/office",
    home="inbox",
    called=lazy_gettext("办公室"),
    told=lazy_gettext("全社区的诉求、名册、统计和表格"),
    roles=("office", "secretary"),
)


@pages.before_request
def _for_the_office() -> None:
    communities()


@pages.context_processor
def _choices() -> dict[str, Any]:
    return {
        "choices": lambda places: [(place["code"], place["name"]) for place in places],
        "category_choices": lambda: [(code, category(code)) for code in categories()],
        "kind_name": lambda kind: str(KINDS.get(kind, kind)),
        "leads_to_case": "leader" in current_app.blueprints,
    }


from gateway.pages.office import (  # noqa: E402,F401  (they put views here)
    bulk,
    consents,
    doubles,
    entry,
    exports,
    inbox,
    pairings,
    people,
    phrases,
    posts,
    registers,
    statistics,
    tree,
)
