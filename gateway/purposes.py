"""Why somebody reads health, hardship or contact data: the short list of reasons that the audit knows."""

PURPOSES = {
    "handling": ("办理诉求", "settling a grievance"),
    "visit": ("上门探访、健康服务", "home visits and care"),
    "phone_call": ("电话联系", "a telephone call"),
    "registration": ("登记维护", "keeping the register"),
    "correction": ("更正信息", "correcting what is written"),
    "complaint": ("处理投诉", "looking into a complaint"),
    "own": ("本人查看", "one's own"),
    "export": ("应本人要求导出", "an export that the person asked for"),
    "audit": ("审计检查", "an inspection"),
}
"""The codes, each with its words."""
