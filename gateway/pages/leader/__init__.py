"""Pages of grid and building leaders: what is to be done today, one case at a time, and the plan of the grid."""

from flask_babel import lazy_gettext

from gateway.pages.frame import Pages

pages = Pages(
    "leader",
    "/leader",
    home="today",
    called=lazy_gettext("今日待办"),
    told=lazy_gettext("按轻重缓急排好的诉求，一件一件办"),
    roles=("grid_leader", "building_leader"),
)

from gateway.pages.leader import cases, plan, today  # noqa: E402,F401  (they put their views on the pages)
