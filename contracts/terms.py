"""The field's words, in both languages, for the states and steps that programs name by codes."""

Words = dict[str, str]
"""One sentence in the languages spoken here: `{"zh": …, "en": …}`."""


def words(zh: str, en: str) -> Words:
    """One sentence in both languages."""
    return {"zh": zh, "en": en}


TERMS = {
    # Where a grievance stands
    "filed": words("已提交", "filed"),
    "assigned": words("已派单", "assigned"),
    "in_hand": words("办理中", "in hand"),
    "paused": words("暂停办理", "paused"),
    "resolved": words("已办结，待评价", "resolved, waiting for a rating"),
    "rated": words("已评价", "rated"),
    "closed": words("已归档", "closed"),
    "rejected": words("不予受理", "not taken"),
    "cancelled": words("已撤回", "withdrawn"),
    # A volunteer's dispatch
    "offered": words("待答复", "waiting for an answer"),
    "accepted": words("已接单", "accepted"),
    "declined": words("已谢绝", "declined"),
    "lapsed": words("逾期未答复", "not answered in time"),
    "checked_in": words("已签到", "checked in"),
    "checked_out": words("已签退", "checked out"),
    "stood_down": words("已撤回派单", "called off"),
    # A referral and a home visit
    "referred": words("已转办", "referred"),
    "returned": words("已退回", "given back"),
    "completed": words("已办结", "completed"),
    "withdrawn": words("已撤回转办", "withdrawn"),
    "planned": words("已安排", "planned"),
    "done": words("已上门", "done"),
    "missed": words("未能上门", "missed"),
    # A dead letter
    "open": words("待处理", "open"),
    "waiting": words("排队重放", "waiting to be replayed"),
    "sent": words("已重放待回音", "replayed, no word yet"),
    "handled": words("已处理", "handled"),
    "discarded": words("已丢弃", "discarded"),
    # Steps
    "accept": words("接单", "accept"),
    "resolve": words("办结", "resolve"),
    "reject": words("不予受理", "not take"),
    "rate": words("评价", "rate"),
    "reopen": words("重新办理", "reopen"),
    "cancel": words("撤回", "withdraw"),
    "amend": words("修改", "amend"),
    "join": words("附议", "join"),
    "decline": words("谢绝", "decline"),
    "check-in": words("签到", "check in"),
    "check-out": words("签退", "check out"),
    "return": words("退回", "give back"),
    "complete": words("办结", "complete"),
    "miss": words("记为未能上门", "note as missed"),
    "call": words("打电话", "note a call"),
    "split": words("拆分任务", "split into tasks"),
    "settle": words("完成或取消任务", "finish or drop a task"),
    "attempt": words("记录尝试", "note an attempt"),
    "ask-hands": words("请志愿者", "ask for volunteers"),
    "hand-over": words("移交", "hand over"),
    "give-back": words("退单", "give back"),
    "ask-unit": words("转请共建单位", "ask a partner unit"),
    "remind": words("催办", "remind the leader"),
    "pause": words("暂停", "pause"),
    "resume": words("启动", "resume"),
    "reply": words("回复评价", "reply to the rating"),
    # Help asked for by hand
    "volunteers": words("志愿者", "volunteers"),
    "unit": words("共建单位", "partner unit"),
    "withdraw": words("撤回转办", "withdraw"),
    # What has to be chosen
    "community": words("社区", "community"),
    "place": words("地点", "place"),
    # A task of a case; "done" stands above
    "dropped": words("已取消", "dropped"),
}
