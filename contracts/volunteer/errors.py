"""What the volunteer service may answer instead of what was asked for."""

from datetime import date

from contracts.errors import Conflict, Invalid, NotFound, words


class VolunteerNotFound(NotFound):
    """No volunteer of the community has this id."""

    code = "volunteer_not_found"
    zh, en = "没有找到这名志愿者", "There is no such volunteer"


class TeamNotFound(NotFound):
    """No team has this id."""

    code = "team_not_found"
    zh, en = "没有找到这支志愿服务队", "There is no such team"


class DispatchNotFound(NotFound):
    """No dispatch has this id."""

    code = "dispatch_not_found"
    zh, en = "没有找到这条派单", "There is no such dispatch"


class NotAMember(NotFound):
    """The volunteer was never a member of the team."""

    code = "not_a_member"
    zh, en = "这名志愿者不是该队队员", "The volunteer is not a member of this team"


class TeamNameTaken(Conflict):
    """Another team of the community bears this name."""

    code = "team_name_taken"
    zh, en = "本社区已有名为“{name}”的志愿服务队", "The community already has a team called {name}"


class TeamNotReady(Conflict):
    """Something that a team must have before it is sent is missing; `missing` names it."""

    code = "team_not_ready"
    zh = "志愿服务队还不能启用，须有口号、制度和至少 {fewest} 名队员；尚缺：{missing}"
    en = "The team needs a slogan, a charter and at least {fewest} members; still missing: {missing}"


class StepForbidden(Conflict):
    """The dispatch's state forbids this step; `allowed` names the steps that it permits."""

    code = "step_forbidden"
    zh = "派单处于“{status}”状态，不能执行“{step}”；现在可以：{allowed}"
    en = "The dispatch is {status}; {step} is not possible now. Possible: {allowed}"


class CheckedInElsewhere(Invalid):
    """The code that was scanned hangs at a place that has nothing to do with the case; `fields` names it."""

    code = "checked_in_elsewhere"
    zh = "扫的是别处的二维码：请扫办理地点（{here}）的码，或手动签到"
    en = "That code hangs elsewhere: scan the one at the place of the case ({here}), or check in by hand"


class SessionsOverlap(Conflict):
    """The volunteer was serving elsewhere at that time."""

    code = "sessions_overlap"
    zh = "这名志愿者在该时段已有另一次服务，服务时间不能重叠"
    en = "The volunteer was serving elsewhere at that time; times of service cannot overlap"


class PairingNotFound(NotFound):
    """No pairing has this id."""

    code = "pairing_not_found"
    zh, en = "没有找到这份结对帮扶", "There is no such pairing"


class AlreadyPaired(Conflict):
    """Somebody is helped by one helper for each kind of help."""

    code = "already_paired"
    zh = "此人已有同类的结对帮扶，每类只能有一名帮扶人；可以在原结对上移交"
    en = "This person has a helper for this kind of help already; hand that pairing over instead"


class PairingEnded(Conflict):
    """The pairing has ended and nothing can be added to it."""

    code = "pairing_ended"
    zh, en = "这份结对帮扶已经结束", "This pairing has ended"


class PairingUnattended(Conflict):
    """Nobody helps at present: it must be handed over first."""

    code = "pairing_without_helper"
    zh, en = "这份结对目前没有帮扶人，请先移交", "Nobody helps in this pairing at present; hand it over first"


class ContactNotSane(Invalid):
    """A contact on this day cannot be true; `fields` says why."""

    code = "contact_not_sane"
    zh, en = "联系日期不合理", "The day of the contact cannot be true"

    @classmethod
    def on(cls, started_on: date) -> "ContactNotSane":
        """With the days between which it must lie."""
        zh = f"联系日期须在结对之日（{started_on.isoformat()}）之后、今天之前（含）"
        en = f"It must lie between the beginning ({started_on.isoformat()}) and today"
        return cls(fields={"contacted_on": [words(zh, en)]})


class TimeNotSane(Invalid):
    """A check-in or check-out at this moment cannot be true; `fields` says why."""

    code = "time_not_sane"
    zh, en = "签到或签退时间不合理", "The time of the check-in or check-out cannot be true"
