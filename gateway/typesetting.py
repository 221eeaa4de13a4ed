"""A page read from standard input, written to standard output as PDF by WeasyPrint: a process of its own.

WeasyPrint changes how Pillow reads pictures in the whole process that imports it (broken ones are taken), computes for
some tenths of a second, and needs libraries of the system; none of it is the gateway's business.
"""

import sys
from pathlib import Path

STYLE = Path(__file__).parent / "static" / "poster.css"

LIBRARIES_MISSING = 3
"""Exit status where the system lacks what WeasyPrint needs."""


def main() -> int:
    """Set it. What the page refers to is not fetched, but for what stands in it as data."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):  # it looks for Pango when it is imported
        return LIBRARIES_MISSING
    page = HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=URLFetcher(allowed_protocols=("data",)))
    sys.stdout.buffer.write(page.write_pdf(stylesheets=[CSS(filename=STYLE)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
