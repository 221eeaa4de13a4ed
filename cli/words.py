"""What the API's codes are called on the terminal, in Chinese and in English."""

STATUSES = {
    "filed": ("已提交", "filed"),
    "assigned": ("已派单", "assigned"),
    "in_hand": ("办理中", "in hand"),
    "resolved": ("已办结，待评价", "resolved"),
    "rated": ("已评价", "rated"),
    "closed": ("已归档", "closed"),
    "rejected": ("不予受理", "rejected"),
    "cancelled": ("已撤回", "cancelled"),
}
POSTS = {
    "community_secretary": ("社区书记", "community secretary"),
    "grid_leader": ("网格长", "grid leader"),
    "building_leader": ("楼栋长", "building leader"),
    "line_head": ("条线负责人", "line head"),
}
HAPPENINGS = {
    "filed": ("提交", "filed"),
    "leader_assigned": ("派单到人", "leader named"),
    "leader_missing": ("无人负责", "no leader"),
    "accepted": ("接手办理", "taken in hand"),
    "resolved": ("办理完成", "resolved"),
    "rejected": ("不予受理", "rejected"),
    "rated": ("居民评价", "rated"),
    "cancelled": ("居民撤回", "withdrawn"),
    "reopened": ("重新办理", "reopened"),
    "closed": ("办结", "closed"),
    "late_response": ("响应超时", "response late"),
    "late_resolution": ("办理超时", "resolution late"),
    "escalated": ("上报", "put before the next up"),
    "reminded": ("催办", "leader reminded"),
    "handed_over": ("移交", "handed over"),
    "given_back": ("退单", "given back"),
    "paused": ("暂停办理", "paused"),
    "resumed": ("恢复办理", "gone on with"),
    "went_on": ("到期继续", "goes on by itself"),
    "replied": ("回复评价", "rating replied to"),
    "volunteer_offered": ("邀请志愿者", "volunteer asked"),
    "volunteer_accepted": ("志愿者接单", "volunteer accepts"),
    "volunteer_declined": ("志愿者谢绝", "volunteer declines"),
    "volunteer_lapsed": ("志愿者未回应", "volunteer silent"),
    "volunteer_checked_in": ("志愿者签到", "checked in"),
    "volunteer_checked_out": ("志愿者签退", "checked out"),
    "volunteer_stood_down": ("无需再去", "stood down"),
    "volunteers_exhausted": ("无志愿者可派", "nobody left to ask"),
    "referred": ("转共建单位", "referred to a unit"),
    "referral_accepted": ("单位接办", "unit accepts"),
    "referral_returned": ("单位退回", "unit returns it"),
    "referral_completed": ("单位办结", "unit is done"),
    "referral_withdrawn": ("撤回转办", "referral withdrawn"),
    "partner_missing": ("无单位可转", "no unit to ask"),
    "visit_planned": ("安排上门", "visit planned"),
    "visit_done": ("已上门", "visit done"),
    "visit_missed": ("未能上门", "visit missed"),
    "visit_cancelled": ("取消上门", "visit cancelled"),
}


def in_both(words: dict[str, tuple[str, str]], code: str) -> str:
    """A code in Chinese with the English beside it; the code itself where it has no words yet."""
    chinese, english = words.get(code, (code, ""))
    return f"{chinese} [dim]{english}[/]" if english else chinese
