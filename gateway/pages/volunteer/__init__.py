"""Pages of volunteers: what they are asked to do and why they, checking in and out, hours, teams, pairings."""

from flask_babel import lazy_gettext

from gateway.pages.frame import Pages

pages = Pages(
    "volunteer",
    url_prefix="/volunteer",
    home="offers",
    called=lazy_gettext("志愿服务"),
    told=lazy_gettext("请我去帮的忙、签到签退、时长、结对"),
    roles=("volunteer",),
)

from gateway.pages.volunteer import helping, offers, records  # noqa: E402,F401  (they put their views on the pages)
