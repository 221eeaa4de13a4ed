"""What each event is called in Chinese; its English title is its own name."""

import re

CHINESE = {
    "grievance.grievance_filed.v1": "诉求已提交",
    "grievance.grievance_reopened.v1": "诉求重新办理",
    "grievance.grievance_accepted.v1": "诉求已受理",
    "grievance.grievance_resolved.v1": "诉求已解决",
    "grievance.grievance_rejected.v1": "诉求不予受理",
    "grievance.grievance_amended.v1": "诉求已修改(类别或地点不同,重新开始)",
    "grievance.grievance_joined.v1": "邻居附议",
    "grievance.grievance_cancelled.v1": "诉求已撤回",
    "grievance.grievance_rated.v1": "居民已评价",
    "grievance.grievance_closed.v1": "诉求已办结",
    "grievance.grievance_escalated.v1": "诉求已超期",
    "grievance.hands_asked.v1": "网格长已请志愿者",
    "grievance.unit_asked.v1": "网格长已转请单位",
    "organization.places_imported.v1": "地点已导入",
    "organization.elders_registered.v1": "老年人已登记",
    "organization.elder_left.v1": "老年人已迁出",
    "organization.post_filled.v1": "岗位已任命",
    "organization.post_vacated.v1": "岗位已空缺",
    "organization.leader_assigned.v1": "责任人已指派",
    "organization.leader_missing.v1": "责任人空缺",
    "organization.escalation_raised.v1": "超期已上报",
    "organization.person_erased.v1": "本人信息须删除",
    "organization.consent_given.v1": "已单独同意",
    "organization.consent_withdrawn.v1": "已撤回同意",
    "volunteer.volunteers_dispatched.v1": "已派单给志愿者",
    "volunteer.dispatch_accepted.v1": "志愿者已接单",
    "volunteer.dispatch_declined.v1": "志愿者已婉拒",
    "volunteer.dispatch_lapsed.v1": "志愿者逾时未答复",
    "volunteer.dispatch_stood_down.v1": "派单已取消",
    "volunteer.volunteer_checked_in.v1": "志愿者已签到",
    "volunteer.volunteer_checked_out.v1": "志愿者已签退",
    "volunteer.volunteers_exhausted.v1": "志愿者不够",
    "volunteer.team_activated.v1": "志愿服务队已启用",
    "volunteer.pairing_closed.v1": "结对帮扶已结束",
    "volunteer.pairing_handed_over.v1": "结对帮扶已移交",
    "volunteer.pairing_set_up.v1": "已结对帮扶",
    "volunteer.team_suspended.v1": "志愿服务队已停用",
    "volunteer.volunteer_erased.v1": "志愿服务已删除",
    "accounts.account_details_erased.v1": "本人的通知与选择已删除",
    "partner.partner_referred.v1": "已转共建单位",
    "partner.referral_accepted.v1": "单位已接办",
    "partner.referral_returned.v1": "单位已退回",
    "partner.referral_completed.v1": "单位已办结",
    "partner.referral_withdrawn.v1": "转办已撤回",
    "partner.partner_missing.v1": "没有合适的单位",
    "health.elder_records_opened.v1": "老年人健康档案已建立",
    "health.elder_erased.v1": "健康服务已删除",
    "health.elder_consented.v1": "老人已同意建档",
    "health.home_visit_planned.v1": "上门随访已安排",
    "health.yearly_visit_planned.v1": "每年一次的上门已安排",
    "health.home_visit_done.v1": "上门随访已完成",
    "health.home_visit_missed.v1": "上门随访未成",
    "health.home_visit_cancelled.v1": "上门随访已取消",
    "operations.dead_letter_replayed.v1": "死信已重放",
    "operations.dead_letter_discarded.v1": "死信已丢弃",
    "operations.consumer_paused.v1": "已暂停消费",
    "operations.consumer_resumed.v1": "已恢复消费",
    "operations.queue_purged.v1": "队列已清空",
}
"""Chinese title by wire name."""

SERVICES = {
    "organization": "组织",
    "volunteer": "志愿服务",
    "grievance": "诉求",
    "health": "健康",
    "partner": "共驻共建",
    "operations": "运维",
    "accounts": "账号",
}
"""Chinese name of each service."""


def english(name: str) -> str:
    """A name in words: `GrievanceFiled` and `grievance_filed` are both "Grievance filed"."""
    spaced = re.sub(r"(?<!^)(?=[A-Z])", " ", name).replace("_", " ")
    return spaced[:1].upper() + spaced[1:].lower()
