"""What the organization service refuses, each with its code and its sentence in two languages."""

from contracts.errors import Conflict, Invalid, NotFound


class CommunityNotFound(NotFound):
    """No community has this code."""

    code = "community_not_found"
    zh, en = "没有找到社区 {community}", "There is no community {community}"


class PlaceNotFound(NotFound):
    """The community has no place of this code."""

    code = "place_not_found"
    zh, en = "社区 {community} 里没有编码为 {place} 的地点", "Community {community} has no place {place}"


class PersonNotFound(NotFound):
    """No person has this id."""

    code = "person_not_found"
    zh, en = "没有找到这个人", "There is no such person"


class PostNotFound(NotFound):
    """Nobody was ever appointed to a post of this id."""

    code = "post_not_found"
    zh, en = "没有找到这个岗位", "There is no such post"


class LeaveNotFound(NotFound):
    """No leave has this id."""

    code = "leave_not_found"
    zh, en = "没有找到这条请假记录", "There is no such leave"


class AssignmentNotFound(NotFound):
    """The grievance has not reached the organization service (yet)."""

    code = "assignment_not_found"
    zh, en = "诉求 {grievance} 还没有指派记录", "Grievance {grievance} has not been assigned yet"


class CaseOver(Conflict):
    """The case has ended: nobody need lead it any more."""

    code = "case_over"
    zh, en = "这件诉求已经结束，不能再移交或退单", "This case has ended; it is handed to nobody and given back no more"


class LedByAnother(Conflict):
    """Somebody else has changed who leads the case since it was looked at; `leader` has it now."""

    code = "led_by_another"
    zh = "您查看之后，负责人已变动，现由{leader_zh}负责。没有覆盖任何内容，请看过最新情况再操作"
    en = "The leader has changed since you looked: now it is {leader_en}. Nothing was overwritten; look again first"


class LeadsAlready(Conflict):
    """Whoever is to get the case has it."""

    code = "leads_already"
    zh, en = "{name}已经是这件诉求的负责人", "{name} leads this case already"


class NobodyAbove(Conflict):
    """Whoever leads the case has nobody above them to give it back to."""

    code = "nobody_above"
    zh = "社区书记已是最上一级，不能退单；可以移交给别人"
    en = "Nobody stands above the community secretary to give it back to; it can be handed to somebody else"


class NothingToGiveBack(Conflict):
    """Nobody leads the case, so nobody can give it back."""

    code = "nothing_to_give_back"
    zh, en = "这件诉求还没有负责人，不用退单", "The case has no leader: there is nothing to give back"


class TakerWithoutPost(Conflict):
    """Whoever is to get the case holds no post from which cases are led, today."""

    code = "taker_without_post"
    zh, en = "对方今天没有担任可以负责诉求的职务", "That person holds no post today from which cases are led"


class TakerAway(Conflict):
    """Whoever is to get the case is on leave."""

    code = "taker_away"
    zh, en = "{name}请假至 {until}，请移交给别人", "{name} is on leave until {until}; choose somebody else"


class TakerStandsAside(Conflict):
    """Whoever is to get the case is complained about in it."""

    code = "taker_stands_aside"
    zh, en = "诉求涉及此人，须回避，请移交给别人", "The case concerns that person, who must stand aside; choose another"


class ImportRefused(Invalid):
    """The file holds mistakes, named row by row in `fields` (`rows.<number>.<column>`); nothing was imported."""

    code = "import_refused"
    zh = "文件有 {faults} 处错误，没有导入任何内容；请改正后重新导入"
    en = "Mistakes in the file: {faults}. Nothing was imported; please correct them and import it again"


class FileUnreadable(Invalid):
    """What was sent is no table that can be read, or it is too large."""

    code = "file_unreadable"
    zh, en = "文件无法读取", "The file cannot be read"


class PostTaken(Conflict):
    """Someone else holds the post in the time asked for."""

    code = "post_taken"
    zh = "{post_zh}一职自 {starts_on} 起另有人担任，请先结束其任期或另选日期"
    en = "Someone else is {post_en} from {starts_on}; end that term first or choose another date"


class PostVacant(Conflict):
    """Nobody holds the post on that day, so no term can be ended."""

    code = "post_vacant"
    zh, en = "{on} 这一天该岗位无人任职", "Nobody holds this post on {on}"


class PostMisplaced(Invalid):
    """A post of this kind does not belong to a place of this kind, or its line is missing or out of place."""

    code = "post_misplaced"
    zh, en = "这个岗位不能设在这里", "This post does not belong here"


class DatesReversed(Invalid):
    """The last day lies before the first."""

    code = "dates_reversed"
    zh, en = "结束日期早于开始日期", "The last day lies before the first"


class PersonInOffice(Conflict):
    """Whoever holds a post is named on the public board, and cannot be erased before the term has ended."""

    code = "person_in_office"
    zh, en = "此人正在任职或将要任职，请先结束任期", "This person holds a post or is about to; end the term first"


class ErasureNotFound(NotFound):
    """Nobody asked for this person to be erased."""

    code = "erasure_not_found"
    zh, en = "没有这个人的删除记录", "There is no erasure of this person"


class ConsentInForce(Conflict):
    """The person has agreed to this already and has not taken it back."""

    code = "consent_in_force"
    zh, en = "此项同意自 {since} 起有效，无须再登记", "This consent has been in force since {since}"


class ConsentNotInForce(Conflict):
    """What the person has not agreed to, or has taken back already, cannot be taken back."""

    code = "consent_not_in_force"
    zh, en = "此项同意没有登记，或已经撤回", "There is no such consent in force"


class ConsentDateInFuture(Invalid):
    """Nobody has agreed or taken back on a day still to come."""

    code = "consent_date_in_future"
    zh, en = "日期不能晚于今天", "The date cannot be later than today"


class ConsentDatesReversed(Invalid):
    """A consent cannot be taken back before it was given."""

    code = "consent_dates_reversed"
    zh, en = "撤回日期早于同意日期", "The day of withdrawal lies before the day of consent"


class NoHealthRecordYet(Conflict):
    """The health service keeps no record of this person, so there is nothing to agree to."""

    code = "no_health_record_yet"
    zh, en = "此人未到建档年龄，没有健康档案", "This person has no health record: they are not of the age yet"


class PortraitNotFound(NotFound):
    """No such portrait is shown: it was taken down, or whoever it shows holds no published post."""

    code = "portrait_not_found"
    zh, en = "没有公示这张照片", "No such portrait is shown"


class PortraitWithoutPost(Conflict):
    """A portrait is kept of whoever holds a post, and of nobody else."""

    code = "portrait_without_post"
    zh, en = "此人没有任职，不需要公示照片", "This person holds no post, so no portrait is shown"


class PlaceTaken(Conflict):
    """Another place has this code."""

    code = "place_taken"
    zh, en = "编码 {place} 已登记为{name}", "The code {place} is that of {name}"


class PlaceClosed(Conflict):
    """The place was closed and takes in nothing new."""

    code = "place_closed"
    zh, en = "{name}已停用，请先恢复", "{name} is closed; open it again first"


class PlaceInUse(Conflict):
    """Something still belongs to the place: others below it, people who live there, somebody in a post."""

    code = "place_in_use"
    zh = "{name}还有 {places} 个下级地点、{residents} 位居民、{posts} 个在任岗位，不能停用"
    en = "{name} cannot be closed: places below it {places}, residents {residents}, posts held {posts}"


class PersonTaken(Conflict):
    """The register holds this person already."""

    code = "person_taken"
    zh, en = "名册里已经有这个人", "This person is in the register already"


class PersonGone(Conflict):
    """The person was erased on request and is not brought back."""

    code = "person_gone"
    zh, en = "此人的信息已应要求删除，不能再登记", "This person was erased on request and cannot be registered again"


class MergedAway(Conflict):
    """The entry was one of two of the same person, and is part of the other one, `into`, now."""

    code = "person_merged"
    zh, en = "这条登记是重复的，已并入编号 {into}", "This entry was a double and is part of {into} now"

    def said_in_words(self, language: str) -> str:
        """Without the id, which says nothing to people; pages lead on to the other entry."""
        return {"zh": "这条登记是重复的，已并入另一条", "en": "This entry was a double and is part of another now"}[
            "zh" if language == "zh" else "en"
        ]


class MergedWithItself(Invalid):
    """An entry cannot be merged with itself."""

    code = "merged_with_itself"
    zh, en = "不能与自己合并，请选择两条不同的登记", "An entry cannot be merged with itself; choose two"


class EditedMeanwhile(Conflict):
    """Somebody else changed it since it was read: what they wrote is not overwritten."""

    code = "edited_meanwhile"
    zh, en = (
        "您打开之后有人改动过，请先看最新内容再改",
        "Someone has changed this since you opened it; look at it again first",
    )
