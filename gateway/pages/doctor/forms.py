"""The forms of doctors: what is measured on a visit, what a record holds; read from what a form sends."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

MEASURED = (
    ("systolic", lazy_gettext("收缩压（高压），mmHg")),
    ("diastolic", lazy_gettext("舒张压（低压），mmHg")),
    ("pulse", lazy_gettext("脉搏，次/分")),
    ("temperature", lazy_gettext("体温，°C")),
    ("fasting_glucose", lazy_gettext("空腹血糖，mmol/L")),
    ("weight", lazy_gettext("体重，kg")),
)
"""What is measured: field and label with its unit."""

LISTS = (
    ("chronic_conditions", lazy_gettext("慢性病")),
    ("medication", lazy_gettext("目前用药")),
    ("allergies", lazy_gettext("过敏")),
    ("past_illness", lazy_gettext("既往病史与手术")),
)
"""Lists of a record, a line each in their field."""

SELF_CARE = ("eating", "grooming", "dressing", "toilet", "moving")


def findings_of(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What was measured and seen, and what is wrong with it by field; an empty field was not measured."""
    found: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, _ in MEASURED:
        written = form.get(name, "").strip().replace(",", ".")
        if not written:
            continue
        try:
            found[name] = float(written)
        except ValueError:
            wrong[f"findings.{name}"] = [gettext("应为数字")]
    if note := form.get("note", "").strip():
        found["note"] = note
    return found, wrong


def changes_of(form: Mapping[str, str]) -> dict[str, Any]:
    """The change to a record that a form asks for: an empty list says that it was asked and there is none."""
    record: dict[str, Any] = {
        name: [line.strip() for line in form[name].splitlines() if line.strip()] for name, _ in LISTS if name in form
    }
    record |= {name: form[name] or None for name in ("smoking", "drinking", "exercise") if name in form}
    if "lives_alone" in form:
        record["lives_alone"] = {"yes": True, "no": False}.get(form["lives_alone"])
    levels = {item: form.get(f"self_care.{item}", "") for item in SELF_CARE}
    if all(levels.values()):
        record["self_care"] = levels
    contact = {name: form.get(f"emergency_contact.{name}", "").strip() for name in ("name", "phone", "relation")}
    if contact["name"] and contact["phone"]:
        record["emergency_contact"] = {**contact, "relation": contact["relation"] or None}
    consent = form.get("consent_on", "")
    return {"record": record, **({"consent_on": consent} if consent else {})}
