"""Where posts with their terms, and leaves, are kept."""

from chassis.repository import Repository
from contracts.organization.errors import LeaveNotFound, PostNotFound
from services.organization.domain.leaves import Leave
from services.organization.domain.posts import Post
from services.organization.persistence.tables import leaves, posts, terms


class Posts(Repository[Post]):
    """Posts; each term is written as a row of its own as well, to be found by place, person and day."""

    table, aggregate, missing = posts, Post, PostNotFound

    def written(self, aggregates: list[Post]) -> None:
        """Write the terms of these posts."""
        rows = [
            {
                "id": term.id,
                "post_id": post.id,
                "community": post.community,
                "kind": str(post.kind),
                "place": post.place,
                "line": post.line,
                "person_id": term.person_id,
                "starts_on": term.starts_on,
                "ends_on": term.ends_on,
                "predecessor_id": term.predecessor_id,
            }
            for post in aggregates
            for term in post.terms
        ]
        self.upsert(terms, rows, keys=["community", "id"])


class Leaves(Repository[Leave]):
    """Leaves."""

    table, aggregate, missing = leaves, Leave, LeaveNotFound
