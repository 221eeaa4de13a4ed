"""Pages of residents: report a matter from the code on the courtyard's board, follow it, say whether it was settled."""

from flask_babel import lazy_gettext

from gateway.pages.frame import Pages

pages = Pages(
    "resident",
    home="mine",
    called=lazy_gettext("我的诉求"),
    told=lazy_gettext("我反映的事办到哪一步了"),
    roles=("resident",),
)

from gateway.pages.resident import filing, following  # noqa: E402,F401  (they put their views on the pages)
