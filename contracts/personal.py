"""What people are told of an erasure: why something stays, and what it cannot reach."""

KEPT = {
    "history_of_office": (
        "任职经历与办理档案:姓名与任期依法公开并长期保存",
        "history of office: name and terms of officials are published and stay on record",
    ),
    "proof_of_consent": (
        "同意与撤回的凭证:只有编号、日期和代码",
        "proof of what was agreed to and taken back: ids, days and codes only",
    ),
    "service_record": (
        "志愿服务时长:只留编号,不再指向姓名",
        "hours of service: under an id that leads to no name any more",
    ),
}
"""Why something stays after an erasure, by its code."""

NOT_FOUND_BY_ITSELF = (
    "诉求档案(含描述、联系方式、所派志愿者姓名)和账号不在其内,须另行处理;他人在描述、备注或文件中写到的姓名无法自动找到,须人工查找",
    "cases (description, contact, names of volunteers sent) and accounts are not included and must be seen to apart; "
    "names that others wrote into descriptions, notes or files cannot be found automatically: look for them by hand",
)
"""What no erasure and no export can reach."""
