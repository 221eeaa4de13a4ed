"""Numbers of a period: matters by category, week and place, the three rates with what they count and of how many; grids
and courtyards ranked."""

from flask import render_template

from gateway.pages.league import GROUPED_BY, RATES, WEEKS, asked, figures_of
from gateway.pages.office import pages
from gateway.pages.office.community import community


@pages.get("/statistics")
def statistics() -> str:
    """One table and one chart, of the same numbers."""
    at, wanted = community(), asked("category")
    return render_template(
        "office/statistics.html",
        community=at,
        told=figures_of(at, wanted),
        asked=wanted,
        ways_to_look=GROUPED_BY,
        rates=RATES,
        periods=WEEKS,
    )
