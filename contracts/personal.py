"""What people are told of an erasure: why something stays, and what it cannot reach."""

KEPT = {
    "history_of_office": (
        "任职经历与办理档案：姓名与任期依法公开并长期保存",
        "history of office: name and terms of officials are published and stay on record",
    ),
    "proof_of_consent": (
        "同意与撤回的凭证：只有编号、日期和代码",
        "proof of what was agreed to and taken back: ids, days and codes only",
    ),
    "figures_of_the_case": (
        "诉求的类别、楼栋以上的地点、时间与评分：只作统计，不再指向任何人",
        "category, place above the household, times and score of cases: for statistics, leading to nobody any more",
    ),
    "role_of_staff": (
        "工作人员的账号：须先撤销其岗位权限，再停用或删除",
        "the account of somebody who works here: the role is taken away first, then it can go",
    ),
    "service_record": (
        "志愿服务时长：只留编号，不再指向姓名",
        "hours of service: under an id that leads to no name any more",
    ),
}
"""Why something stays after an erasure, by its code."""

NOT_FOUND_BY_ITSELF = (
    "未登录且未留电话的诉求、几人共用一个电话时提交的诉求，以及他人在描述、备注或文件中写到的姓名无法自动找到，须人工查找；"
    "派单、转办、上门的记录里还留有诉求的地点编码",
    "cases filed without an account and without a telephone, or by a telephone that several share, and names that "
    "others wrote into descriptions, notes or files cannot be found automatically: look for them by hand; records of "
    "dispatches, referrals and visits still hold the code of the place of a case",
)
"""What no erasure and no export can reach."""
