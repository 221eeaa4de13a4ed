"""What the grievance service refuses."""

from datetime import date

from contracts.errors import Conflict, Forbidden, Invalid, NotFound, words


class GrievanceNotFound(NotFound):
    """There is no such grievance."""

    code = "grievance_not_found"
    zh, en = "没有这件诉求", "There is no such grievance"


class UnknownCommunity(Invalid):
    """The community named is not known here."""

    code = "unknown_community"
    zh, en = "没有这个社区：{community}", "There is no such community: {community}"

    @classmethod
    def named(cls, community: str) -> "UnknownCommunity":
        """The error, naming the field."""
        told = cls(community=community)
        told.fields = {"community": [words(told.said("zh"), told.said("en"))]}
        return told


class UnknownPlace(Invalid):
    """The place named does not lie in the community."""

    code = "unknown_place"
    zh, en = "社区内没有这个地点：{place}", "There is no such place in the community: {place}"

    @classmethod
    def named(cls, place: str) -> "UnknownPlace":
        """The error, naming the field."""
        told = cls(place=place)
        told.fields = {"place": [words(told.said("zh"), told.said("en"))]}
        return told


class UnknownCategory(Invalid):
    """The category named is not in the table."""

    code = "unknown_category"
    zh, en = "没有这个类别：{category}", "There is no such category: {category}"

    @classmethod
    def named(cls, category: str) -> "UnknownCategory":
        """The error, naming the field."""
        told = cls(category=category)
        told.fields = {"category": [words(told.said("zh"), told.said("en"))]}
        return told


class IdempotencyConflict(Conflict):
    """The same key was used before, for something else."""

    code = "idempotency_conflict"
    zh = "这一次提交此前已用于另一份内容，请重新打开页面再提交"
    en = "This was sent before with another content: open the page anew and send it again"


class StepForbidden(Conflict):
    """The state of the grievance does not allow this step; `allowed` names those it does."""

    code = "step_forbidden"
    zh = "诉求处于“{status}”状态，不能执行“{step}”；现在可以：{allowed}"
    en = "The grievance is {status}; {step} is not possible now. Possible: {allowed}"


class TooLateToCancel(Conflict):
    """The ten minutes in which a grievance can be withdrawn are over."""

    code = "too_late_to_cancel"
    zh, en = "提交超过 {minutes} 分钟，不能再撤回", "A grievance can be withdrawn within {minutes} minutes only"


class TooLateToReopen(Conflict):
    """The days in which a closed grievance can be reopened are over."""

    code = "too_late_to_reopen"
    zh, en = "办结超过 {days} 天，请重新提交", "Closed for more than {days} days: please file a new grievance"


class CaseMovedOn(Conflict):
    """Somebody else has had a turn since the case was looked at; `version` is where it stands now."""

    code = "case_moved_on"
    zh = "您查看之后，这件诉求已有变动：{meanwhile}。没有覆盖任何内容，请看过最新情况再操作"
    en = "This case has moved on since you looked at it: {meanwhile_en}. Nothing was overwritten; look again first"


class TasksOpen(Conflict):
    """A case is not solved while tasks that must be done are open."""

    code = "tasks_open"
    zh, en = "还有 {left} 项必办任务没有完成，不能办结", "{left} tasks that must be done are still open"


class TaskNotFound(NotFound):
    """The case has no such task."""

    code = "task_not_found"
    zh, en = "这件诉求没有这项任务", "The case has no such task"


class TaskSettled(Conflict):
    """The task is done or dropped already."""

    code = "task_settled"
    zh, en = "这项任务已经有结果了", "This task has ended already"


class TooManyTasks(Conflict):
    """A case is split into so many tasks and no more."""

    code = "too_many_tasks"
    zh, en = "一件诉求最多拆成 {most} 项任务", "A case has {most} tasks at most"


class AskedAlready(Conflict):
    """This help is asked for or at work already."""

    code = "asked_already"
    zh, en = "已经请过了，正在等答复或正在办理：{help}", "This help is asked for or at work already: {help}"


class RemindedAlready(Conflict):
    """Whoever is responsible was reminded a short while ago."""

    code = "reminded_already"
    zh = "{at} 已催办过，{minutes} 分钟内不重复催办"
    en = "The leader was reminded at {at} already; not again within {minutes} minutes"


class NobodyToRemind(Conflict):
    """Nobody is responsible for the case yet, so nobody can be reminded of it."""

    code = "nobody_to_remind"
    zh, en = "这件诉求还没有负责人，没有人可以催", "The case has no leader yet: there is nobody to remind"


class TooLateToPause(Conflict):
    """The time for a resolution is over: a late case stays late."""

    code = "too_late_to_pause"
    zh, en = "已超过办结时限，不能再暂停", "The time for a resolution is over: it cannot be paused any more"


class PausedOften(Conflict):
    """A case stands still so many times in a round and no more."""

    code = "paused_often"
    zh = "每轮办理最多暂停 {times} 次，不能再暂停"
    en = "A case is paused {times} times in a round at most"


class PauseDayUnfit(Invalid):
    """A case cannot stand still until this day; `fields` says between which days."""

    code = "pause_day_unfit"
    zh, en = "暂停到的日期不合适", "The case cannot be paused until this day"

    @classmethod
    def between(cls, first: date, last: date) -> "PauseDayUnfit":
        """With the first day that is possible, and the last."""
        zh = f"须在 {first.isoformat()} 至 {last.isoformat()} 之间"
        en = f"It must lie between {first.isoformat()} and {last.isoformat()}"
        return cls(fields={"until": [words(zh, en)]})


class RepliedAlready(Conflict):
    """The rating of this round was replied to before."""

    code = "replied_already"
    zh, en = "这次评价已经回复过了，每次评价只回复一次", "This rating was replied to already; each is replied to once"


class ContactClosed(Conflict):
    """The case has ended: how to reach whoever filed it is shown no more."""

    code = "contact_closed"
    zh, en = "这件诉求已结束，不再提供联系方式", "The case has ended: the contact is shown no more"


class TooLateToAmend(Conflict):
    """The ten minutes in which a grievance can be amended are over."""

    code = "too_late_to_amend"
    zh, en = "提交超过 {minutes} 分钟，不能再修改", "A grievance can be amended within {minutes} minutes only"


class ReceiptMismatch(NotFound):
    """No case is shown for this number and this telephone or claim: which of them is wrong is told to nobody."""

    code = "receipt_mismatch"
    zh = "没有查到：请核对回执编号，以及提交时留的电话或查询码"
    en = "Nothing found: please check the receipt number and the telephone or claim code given with it"


class OnlyTheFiler(Forbidden):
    """Who joined a case follows it; whoever filed it decides about it."""

    code = "only_the_filer"
    zh, en = (
        "附议的邻居可以查看进展，只有提交人可以这样做",
        "Neighbours can follow a case; only who filed it can do this",
    )


class UnknownPicture(Invalid):
    """A picture that is named is not there, or belongs to another case."""

    code = "unknown_picture"
    zh, en = "照片没有收到或已过期，请重新添加", "A picture has not arrived or has expired: please add it again"

    @classmethod
    def named(cls) -> "UnknownPicture":
        """The error, naming the field."""
        told = cls()
        told.fields = {"pictures": [words(told.said("zh"), told.said("en"))]}
        return told


class PictureNotFound(NotFound):
    """There is no such picture."""

    code = "picture_not_found"
    zh, en = "没有这张照片", "There is no such picture"


class TooManyPictures(Conflict):
    """A case holds no more pictures."""

    code = "too_many_pictures"
    zh, en = "照片已满 {most} 张", "There are {most} pictures already"


class NothingToKnowBy(Invalid):
    """A neighbour who says nothing by which they are known again cannot be counted once."""

    code = "nothing_to_know_by"
    zh, en = "请留下电话，好让每位邻居只算一次", "Leave a telephone, so that every neighbour is counted once"


class PhraseNotFound(NotFound):
    """There is no such phrase."""

    code = "phrase_not_found"
    zh, en = "没有这条常用语", "There is no such phrase"


class PhraseTaken(Conflict):
    """The community has a phrase of this name for this kind of step already."""

    code = "phrase_taken"
    zh, en = "已有同名的常用语：{title}", "There is a phrase of this name already: {title}"


class PhraseEdited(Conflict):
    """Somebody else has changed the phrase since it was looked at."""

    code = "phrase_edited"
    zh, en = (
        "这条常用语刚被别人改过，没有覆盖；请看过再改",
        "Somebody has changed this phrase meanwhile; look at it again",
    )


class TooManyPhrases(Conflict):
    """A community keeps no more phrases for a kind of step."""

    code = "too_many_phrases"
    zh, en = "每一步最多 {most} 条常用语", "There are {most} phrases for a step at most"


class ViewNotFound(NotFound):
    """There is no such view."""

    code = "view_not_found"
    zh, en = "没有这个视图", "There is no such view"


class ViewTaken(Conflict):
    """The community has a view of this name already."""

    code = "view_taken"
    zh, en = "已有同名的视图：{title}", "There is a view of this name already: {title}"


class TooManyViews(Conflict):
    """A community keeps no more views."""

    code = "too_many_views"
    zh, en = "最多 {most} 个视图", "There are {most} views at most"
