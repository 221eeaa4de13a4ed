"""What the partner service may answer instead of what was asked for."""

from contracts.errors import Conflict, Invalid, NotFound


class UnitNotFound(NotFound):
    """No partner unit has this id."""

    code = "unit_not_found"
    zh, en = "没有找到这个共建单位", "There is no such partner unit"


class ReferralNotFound(NotFound):
    """No referral has this id."""

    code = "referral_not_found"
    zh, en = "没有找到这条转办记录", "There is no such referral"


class UnitNameTaken(Conflict):
    """Another unit of the community bears a name that was to be registered."""

    code = "unit_name_taken"
    zh, en = "本社区已有同名的共建单位：{names}", "The community already has a partner unit of this name: {names}"


class AgreementDatesReversed(Invalid):
    """The agreement would end before it begins."""

    code = "agreement_dates_reversed"
    zh, en = "协议的截止日期早于生效日期", "The agreement would end before it begins"


class StepForbidden(Conflict):
    """The referral's state forbids this step; `allowed` names the steps that it permits."""

    code = "step_forbidden"
    zh = "转办处于“{status}”状态，不能执行“{step}”；现在可以：{allowed}"
    en = "The referral is {status}; {step} is not possible now. Possible: {allowed}"
