"""How the leaders' pages say what services keep as codes: happenings, grounds, helpers, and where a place is."""

from typing import Any
from uuid import uuid4

from flask_babel import gettext, lazy_gettext

from gateway.pages.places import place_in_grid
from gateway.pages.wording import PAUSES

HAPPENINGS = {
    "filed": lazy_gettext("提交了诉求"),
    "amended": lazy_gettext("改了内容"),
    "joined": lazy_gettext("一位邻居也反映了"),
    "leader_assigned": lazy_gettext("被指定为负责人"),
    "leader_missing": lazy_gettext("没有找到负责人"),
    "escalated": lazy_gettext("收到了督办"),
    "late_response": lazy_gettext("超过了响应时限"),
    "late_resolution": lazy_gettext("超过了办结时限"),
    "accepted": lazy_gettext("接办了"),
    "resolved": lazy_gettext("办结了"),
    "rejected": lazy_gettext("不予受理"),
    "rated": lazy_gettext("作了评价"),
    "reopened": lazy_gettext("要求重新办理"),
    "cancelled": lazy_gettext("撤回了"),
    "closed": lazy_gettext("归档了"),
    "called": lazy_gettext("打了电话"),
    "split": lazy_gettext("拆分了任务"),
    "task_done": lazy_gettext("完成了一项任务"),
    "task_dropped": lazy_gettext("取消了一项任务"),
    "attempted": lazy_gettext("试了一次"),
    "approach_changed": lazy_gettext("换了办法"),
    "reminded": lazy_gettext("催办了"),
    "paused": lazy_gettext("暂停了办理"),
    "resumed": lazy_gettext("恢复了办理"),
    "went_on": lazy_gettext("到期，继续办理"),
    "replied": lazy_gettext("回复了评价"),
    "handed_over": lazy_gettext("移交给了"),
    "given_back": lazy_gettext("退单，转给"),
    "hands_asked": lazy_gettext("请了志愿者"),
    "unit_asked": lazy_gettext("转请了共建单位"),
    "picture_added": lazy_gettext("加了照片"),
    "volunteer_offered": lazy_gettext("收到了派单"),
    "volunteer_accepted": lazy_gettext("答应来帮忙"),
    "volunteer_declined": lazy_gettext("来不了"),
    "volunteer_lapsed": lazy_gettext("没有答复"),
    "volunteer_checked_in": lazy_gettext("到了现场"),
    "volunteer_checked_out": lazy_gettext("做完了"),
    "volunteer_stood_down": lazy_gettext("不用去了"),
    "volunteers_exhausted": lazy_gettext("再没有人可请"),
    "referred": lazy_gettext("收到了转办"),
    "referral_accepted": lazy_gettext("接下了转办"),
    "referral_returned": lazy_gettext("退回了转办"),
    "referral_completed": lazy_gettext("办完了转办"),
    "referral_withdrawn": lazy_gettext("不用办了"),
    "partner_missing": lazy_gettext("没有找到可转的单位"),
    "visit_planned": lazy_gettext("安排了上门随访"),
    "visit_done": lazy_gettext("上门了"),
    "visit_missed": lazy_gettext("没能上门"),
    "visit_cancelled": lazy_gettext("取消了上门"),
}
"""What happened to a case, said of whoever the line of the timeline names."""

HELP = {
    "offered": lazy_gettext("等答复"),
    "accepted": lazy_gettext("已答应"),
    "declined": lazy_gettext("来不了"),
    "lapsed": lazy_gettext("没有答复"),
    "checked_in": lazy_gettext("在现场"),
    "checked_out": lazy_gettext("做完了"),
    "stood_down": lazy_gettext("不用去了"),
    "referred": lazy_gettext("等单位接办"),
    "returned": lazy_gettext("单位退回"),
    "completed": lazy_gettext("单位办完"),
    "withdrawn": lazy_gettext("已撤回"),
    "missing": lazy_gettext("没有可转的单位"),
    "planned": lazy_gettext("已安排"),
    "done": lazy_gettext("已完成"),
    "dropped": lazy_gettext("已取消"),
    "open": lazy_gettext("进行中"),
    "missed": lazy_gettext("没能上门"),
    "cancelled": lazy_gettext("已取消"),
}
"""Where help and tasks stand."""

DOERS = {
    "leader": lazy_gettext("我自己"),
    "unit": lazy_gettext("共建单位"),
    "volunteers": lazy_gettext("志愿者"),
}
OUTCOMES = {
    "reached": lazy_gettext("打通了"),
    "no_answer": lazy_gettext("没人接"),
    "busy": lazy_gettext("占线"),
    "call_back": lazy_gettext("约好再打"),
    "wrong_number": lazy_gettext("号码不对"),
}
UNITS = {
    "property": lazy_gettext("物业公司"),
    "police": lazy_gettext("公安单位"),
    "tower": lazy_gettext("铁塔公司"),
    "health_station": lazy_gettext("卫生服务站"),
    "merchant": lazy_gettext("商户"),
}
WANTED = {
    "survey": lazy_gettext("实地查看"),
    "repair": lazy_gettext("维修"),
    "install": lazy_gettext("安装"),
    "removal": lazy_gettext("清理拆除"),
    "attendance": lazy_gettext("到场会商"),
    "advice": lazy_gettext("给出意见"),
    "other": lazy_gettext("协助办理"),
}
SKILLS = {
    "carrying": lazy_gettext("搬运"),
    "cleaning": lazy_gettext("保洁"),
    "electric": lazy_gettext("电工"),
    "mediation": lazy_gettext("调解"),
    "companionship": lazy_gettext("陪护"),
    "patrol": lazy_gettext("巡逻"),
    "first_aid": lazy_gettext("急救"),
    "law": lazy_gettext("普法"),
}


def happening(code: str) -> str:
    """What a line of the timeline tells of."""
    return str(HAPPENINGS.get(code, code))


def helping(code: str) -> str:
    """Where help or a task stands."""
    return str(HELP.get(code, code))


def grounds(row: dict[str, Any]) -> list[str]:
    """Why a case of the list is urgent, beside the time left, which has a chip of its own."""
    found = []
    if "weight_3" in row["reasons"]:
        found.append(gettext("涉及安全"))
    if "weight_2" in row["reasons"]:
        found.append(gettext("关系日常生活"))
    if "neighbours" in row["reasons"]:
        found.append(gettext("多位邻居反映"))
    if "due_today" in row["reasons"]:
        found.append(gettext("今天到期"))
    return found


def words() -> dict[str, Any]:
    """These by name, for templates."""
    return {
        "new_key": lambda: str(uuid4()),
        "happening": happening,
        "helping": helping,
        "grounds": grounds,
        "where": place_in_grid,
        "DOERS": DOERS,
        "OUTCOMES": OUTCOMES,
        "PAUSES": PAUSES,
        "UNITS": UNITS,
        "WANTED": WANTED,
        "SKILLS": SKILLS,
    }
