"""What the grievance service refuses."""

from contracts.errors import Conflict, Invalid, NotFound, words


class GrievanceNotFound(NotFound):
    """There is no such grievance."""

    code = "grievance_not_found"
    zh, en = "没有这件诉求", "There is no such grievance"


class UnknownCommunity(Invalid):
    """The community named is not known here."""

    code = "unknown_community"
    zh, en = "没有这个社区:{community}", "There is no such community: {community}"

    @classmethod
    def named(cls, community: str) -> "UnknownCommunity":
        """The error, naming the field."""
        told = cls(community=community)
        told.fields = {"community": [words(told.said("zh"), told.said("en"))]}
        return told


class UnknownPlace(Invalid):
    """The place named does not lie in the community."""

    code = "unknown_place"
    zh, en = "社区内没有这个地点:{place}", "There is no such place in the community: {place}"

    @classmethod
    def named(cls, place: str) -> "UnknownPlace":
        """The error, naming the field."""
        told = cls(place=place)
        told.fields = {"place": [words(told.said("zh"), told.said("en"))]}
        return told


class UnknownCategory(Invalid):
    """The category named is not in the table."""

    code = "unknown_category"
    zh, en = "没有这个类别:{category}", "There is no such category: {category}"

    @classmethod
    def named(cls, category: str) -> "UnknownCategory":
        """The error, naming the field."""
        told = cls(category=category)
        told.fields = {"category": [words(told.said("zh"), told.said("en"))]}
        return told


class IdempotencyConflict(Conflict):
    """The same key was used before, for something else."""

    code = "idempotency_conflict"
    zh, en = "同一个 Idempotency-Key 已用于另一份内容", "This Idempotency-Key was used for another content"


class StepForbidden(Conflict):
    """The state of the grievance does not allow this step; `allowed` names those it does."""

    code = "step_forbidden"
    zh = "诉求处于“{status}”状态,不能执行“{step}”;现在可以:{allowed}"
    en = "The grievance is {status}; {step} is not possible now. Possible: {allowed}"


class TooLateToCancel(Conflict):
    """The ten minutes in which a grievance can be withdrawn are over."""

    code = "too_late_to_cancel"
    zh, en = "提交超过 {minutes} 分钟,不能再撤回", "A grievance can be withdrawn within {minutes} minutes only"


class TooLateToReopen(Conflict):
    """The days in which a closed grievance can be reopened are over."""

    code = "too_late_to_reopen"
    zh, en = "办结超过 {days} 天,请重新提交", "Closed for more than {days} days: please file a new grievance"
