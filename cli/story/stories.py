"""The three stories: a flying wire goes to the tower company, clutter to volunteers, an elder gets a visit."""

from typing import Any

from cli.api import Api, Trouble
from cli.demo.places import COMMUNITY
from cli.story.telling import Grievance, Teller

OLD_COURTYARD, GARDEN = "福利公司家属院", "陇海花苑"


def places_of(api: Api, **asked: str) -> list[dict[str, Any]]:
    """Places of the demo community."""
    return list(api.items(f"communities/{COMMUNITY}/places", **asked))


def first_building(api: Api, courtyard: str) -> str:
    """Code of a building in the courtyard of this name."""
    found = [place["code"] for place in places_of(api, kind="courtyard") if place["name"] == courtyard]
    buildings = places_of(api, kind="building", parent=found[0]) if found else []
    if not buildings:
        raise Trouble(
            f"系统里没有演示社区的{courtyard}，请先运行 hemei fill-demo",
            "The demo community is not in the system; run `hemei fill-demo` first",
        )
    return min(place["code"] for place in buildings)


def filing(place: str, category: str, description: str, name: str) -> dict[str, Any]:
    """What a resident files."""
    return {
        "community": COMMUNITY,
        "place": place,
        "category": category,
        "description": description,
        "contact": {"name": name, "phone": "10000000000"},
        "anonymous": False,
        "channel": "web",
    }


def flying_wire(teller: Teller) -> Grievance:
    """A wire hangs from a window to charge a scooter: the tower company installs a charging pile."""
    teller.scene("一、飞线充电 → 铁塔公司", "a wire out of the window, and the tower company")
    place = first_building(teller.api, OLD_COURTYARD)
    description = "楼上从窗户拉电线下来给电动车充电，下雨天冒火花，太危险了。"
    teller.file(filing(place, "flying_wire", description, "李女士"))
    teller.leader_is_named()
    teller.leader_accepts()
    told = teller.when(lambda one: one["referral"] and one["referral"]["id"], "转共建单位", "referral to a unit")
    referral = told["referral"]
    teller.step("系统", f"转{referral['unit']}", "referred to the partner unit", referral["reason"])
    unit_answers(teller, referral)
    teller.leader_resolves("电线已拆除，院内新装充电桩，扫码即可充电。")
    teller.resident_rates(5, "当天就来人了，放心多了！")
    return teller.grievance()


def unit_answers(teller: Teller, referral: dict[str, Any]) -> None:
    """The unit takes the matter and finishes it."""
    teller.api.post(f"referrals/{referral['id']}/accept", {})
    teller.when(lambda one: one["referral"]["state"] == "accepted", "单位接办", "the unit accepting")
    teller.step(referral["unit"], "接办，派人现场勘查选址", "accepts and surveys the site")
    result = "现场勘查完毕，在车棚安装 10 路智能充电桩一组，已通电验收。"
    teller.api.post(f"referrals/{referral['id']}/complete", {"result": result})
    teller.when(lambda one: one["referral"]["state"] == "completed", "单位办结", "the unit being done")
    teller.step(referral["unit"], "办结", "is done", result)


def corridor_clutter(teller: Teller) -> Grievance:
    """Clutter blocks a corridor: neighbours who volunteer carry it away."""
    teller.scene("二、楼道堆物 → 志愿者", "clutter in the corridor, and volunteers")
    place = first_building(teller.api, GARDEN)
    description = "三楼楼道堆满旧家具和纸箱，老人上下楼过不去，也怕着火。"
    teller.file(filing(place, "corridor_clutter", description, "张先生"))
    teller.leader_is_named()
    teller.leader_accepts()
    told = teller.when(lambda one: one["volunteers"], "邀请志愿者", "volunteers being asked")
    for volunteer in told["volunteers"]:
        teller.step("系统", f"邀请志愿者{volunteer['name']}", "asks a volunteer", volunteer["reason"])
    for volunteer in told["volunteers"]:
        volunteer_serves(teller, volunteer["id"], volunteer["name"])
    teller.leader_resolves("旧家具和纸箱已清走，楼道畅通，已和住户约好不再堆放。")
    teller.resident_rates(5, "楼道干净了，谢谢志愿者！")
    return teller.grievance()


SERVICE = (
    ("accept", "accepted", "接单", "accepts"),
    ("check-in", "checked_in", "到场签到", "checks in on the spot"),
    ("check-out", "checked_out", "完成签退", "checks out"),
)


def volunteer_serves(teller: Teller, dispatch: str, name: str) -> None:
    """A volunteer accepts, comes and finishes."""
    for step, state, chinese, english in SERVICE:
        teller.api.post(f"dispatches/{dispatch}/{step}", {})

        def has_come(grievance: Grievance, state: str = state) -> bool:
            return any(one["id"] == dispatch and one["state"] == state for one in grievance["volunteers"])

        teller.when(has_come, f"志愿者{chinese}", f"a volunteer who {english}")
        teller.step(name, chinese, english)


def elder_care(teller: Teller) -> Grievance:
    """An elder has not been seen for days: the health station visits."""
    teller.scene("三、养老助老 → 上门探访", "an elder, and a home visit")
    place = an_elders_household(teller)
    description = "对门老人两天没下楼了，敲门也没人应，麻烦去看看老人身体怎么样。"
    teller.file(filing(place, "elder_care", description, "对门邻居"))
    teller.leader_is_named()
    teller.leader_accepts()
    told = teller.when(lambda one: one["visit"], "安排上门", "a home visit being planned")
    visit = told["visit"]
    teller.step("卫生服务站", f"安排 {visit['due_on']} 前上门", "plans a home visit", visit["reason"])
    teller.api.post(f"visits/{visit['id']}/done", {})
    teller.when(lambda one: one["visit"]["state"] == "done", "已上门", "the visit being done")
    teller.step("家庭医生", "已上门探访，所见只留在健康档案里", "has visited; findings stay in the health record")
    teller.leader_resolves("医生已上门，老人平安；网格员每周敲一次门。")
    teller.resident_rates(5, "老人没事就好，谢谢医生。")
    return teller.grievance()


def an_elders_household(teller: Teller) -> str:
    """Code of the household of someone who has an elder record."""
    records = teller.until(
        lambda: teller.api.get("elder-records", community=COMMUNITY, page_size=1)["items"],
        "老年人健康档案（请先运行 hemei fill-demo）",
        "elder records (run `hemei fill-demo` first)",
    )
    return records[0]["household"]


STORIES = (flying_wire, corridor_clutter, elder_care)
