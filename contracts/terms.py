"""The field's Chinese words for the states and steps that programs name by codes."""

TERMS = {
    # Where a grievance stands
    "filed": "已受理",
    "assigned": "已派单",
    "in_hand": "办理中",
    "resolved": "已解决",
    "rated": "已评价",
    "closed": "已办结",
    "rejected": "不予受理",
    "cancelled": "已撤回",
    # A volunteer's dispatch
    "offered": "待答复",
    "accepted": "已接单",
    "declined": "已谢绝",
    "lapsed": "逾期未答复",
    "checked_in": "已签到",
    "checked_out": "已签退",
    "stood_down": "已撤回派单",
    # A referral and a home visit
    "referred": "已转办",
    "returned": "已退回",
    "completed": "已办结",
    "withdrawn": "已撤回转办",
    "planned": "已安排",
    "done": "已上门",
    "missed": "未能上门",
    # A dead letter
    "open": "待处理",
    "waiting": "排队重放",
    "sent": "已重放待回音",
    "handled": "已处理",
    "discarded": "已丢弃",
    # Steps
    "accept": "接单",
    "resolve": "办结",
    "reject": "不予受理",
    "rate": "评价",
    "reopen": "重新办理",
    "cancel": "撤回",
    "decline": "谢绝",
    "check-in": "签到",
    "check-out": "签退",
    "return": "退回",
    "complete": "办结",
    "miss": "记为未能上门",
    "call": "打电话",
    "split": "拆分任务",
    "attempt": "记录尝试",
    "ask-hands": "请志愿者",
    "ask-unit": "转请共建单位",
    # Help asked for by hand
    "volunteers": "志愿者",
    "unit": "共建单位",
    # A task of a case; "done" stands above
    "dropped": "已取消",
}
