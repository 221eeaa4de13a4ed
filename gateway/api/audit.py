"""Routes of the audit: who was shown which personal data, and whether the record of it is whole."""

from typing import Any

from contracts.accounts.schemas import audit as schemas
from gateway import access
from gateway.audited import AUDITED, record_reading
from gateway.http import ask
from gateway.routes import Routes, page_of
from gateway.whereabouts import Filtered

routes = Routes("audit", __name__, description="查阅记录：谁看了谁的个人信息 · The audit: who read whose personal data")


@routes.operation(
    "GET", "/audit/reads", access.read_audit, page_of(schemas.ReadOut), at=Filtered(), query=schemas.ListReads()
)
@routes.doc(**{AUDITED: ["audit"]})
def list_reads(query: dict[str, Any]) -> Any:
    """查阅记录，新的在前；看它也会留下记录 · Who read what, newest first; reading this is recorded as well"""
    subjects = [query["subject"]] if "subject" in query else []
    record_reading("audit", query.get("community", ""), subjects, usually="audit")
    return ask("accounts", "list_reads", query)


@routes.operation("GET", "/audit/verification", access.verify_audit, schemas.Verification, query=schemas.VerifyReads())
def verify_reads(query: dict[str, Any]) -> Any:
    """核对一段查阅记录；有 next 则接着核对 · Verify a piece of the record; go on where `next` is given"""
    return ask("accounts", "verify_reads", query)
