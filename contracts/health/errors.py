"""What the health service may answer instead of what was asked for."""

from contracts.errors import Conflict, Invalid, NotFound


class ElderRecordNotFound(NotFound):
    """No elder has a record under this id."""

    code = "elder_record_not_found"
    zh, en = "没有找到这位老人的健康档案", "There is no such elder record"


class VisitNotFound(NotFound):
    """No home visit has this id."""

    code = "visit_not_found"
    zh, en = "没有找到这次上门", "There is no such home visit"


class ConsentMissing(Conflict):
    """Findings may be written only after the elder has agreed to it."""

    code = "consent_missing"
    zh, en = (
        "老人尚未同意建立健康档案，不能写入健康内容；请先登记同意日期",
        "The elder has not consented yet, so no findings may be written; record the date of consent first",
    )


class ConsentInFuture(Invalid):
    """Consent cannot have been given on a day still to come."""

    code = "consent_in_future"
    zh, en = "同意日期不能晚于今天", "Consent cannot be dated later than today"


class VisitNeedsPlace(Invalid):
    """A visit must say where it goes: a place, or an elder whose household is known."""

    code = "visit_needs_place"
    zh, en = "请填写上门地点或者老人", "Say where the visit goes: a place or an elder"


class VisitDueInPast(Invalid):
    """A visit cannot be planned for a day gone by."""

    code = "visit_due_in_past"
    zh, en = "上门日期不能早于今天", "A visit cannot be planned for a day gone by"


class StepForbidden(Conflict):
    """The visit's state forbids this step; `allowed` names the steps that it permits."""

    code = "step_forbidden"
    zh = "上门安排处于“{status}”状态，不能执行“{step}”；现在可以：{allowed}"
    en = "The visit is {status}; {step} is not possible now. Possible: {allowed}"
