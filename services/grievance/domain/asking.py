"""What whoever reports is asked, and what they are told to do first, by category.

A leader who knows which lift it is and whether somebody is in it needs not to call back; and nobody should fill in a
form while something burns. Emergency numbers are the national ones: 110 police, 119 fire and rescue, 120 ambulance.
"""

from typing import NamedTuple

NOTHING = ("", "")


class Asked(NamedTuple):
    """In Chinese and English: what to say of the matter, and what to do before reporting it."""

    about: tuple[str, str] = NOTHING
    first: tuple[str, str] = NOTHING


_BURNS = ("已经冒烟、起火：先打 119，再离开", "Smoke or fire already: call 119 and leave first")
_HAPPENS = ("正在发生，有人受到威胁：先打 110", "It is happening and somebody is threatened: call 110 first")
_IS_ILL = ("突发急病、摔倒起不来、叫不应：先打 120", "Suddenly ill, fallen, or no answer: call 120 first")

ASKED = {
    "flying_wire": Asked(("从几楼拉下来的？给什么车充电？", "From which floor? What is charged?"), _BURNS),
    "charging_pile": Asked(
        ("要新装还是要修？哪一个桩，屏幕上写什么？", "New or broken? Which pile, what does it show?")
    ),
    "private_wiring": Asked(("线从哪里拉到哪里？有没有破皮、漏电？", "From where to where? Is it bare?"), _BURNS),
    "corridor_clutter": Asked(
        ("几单元几楼？堆的是什么？挡住路没有？", "Which floor? What lies there? Is the way blocked?")
    ),
    "fire_lane": Asked(("什么堵住了？车的话，车牌号是多少？", "What is in the way? If a car, its number?"), _BURNS),
    "lift": Asked(
        ("哪部电梯？停在几楼？", "Which lift? At which floor does it stand?"),
        (
            "有人困在里面：先按轿厢里的警铃，再打 119；不要扒门",
            "Somebody is inside: press the alarm in the lift, then call 119; do not force the door",
        ),
    ),
    "garbage": Asked(("哪个桶或哪一处？几天没清了？", "Which bin or spot? For how many days?")),
    "noise": Asked(("从哪里传来？什么时间最吵？", "Where from? At which time is it worst?")),
    "public_security": Asked(("什么时间、什么地方、什么样的人？", "When, where, what kind of person?"), _HAPPENS),
    "public_facility": Asked(("什么坏了？有没有人会碰伤？", "What is broken? Could somebody be hurt?")),
    "elder_care": Asked(
        ("老人住哪里？需要帮什么？家里有别人吗？", "Where? Which help? Is somebody with them?"), _IS_ILL
    ),
    "medical_service": Asked(("需要什么服务？方便什么时间？", "Which service? At which time?"), _IS_ILL),
    "water_leak": Asked(
        ("从哪里漏？水表前还是水表后？", "From where? Before or behind the meter?"),
        (
            "水漏到电线、电表上：先关总闸，不要碰水",
            "Water runs over wires or meters: switch the power off first, do not touch the water",
        ),
    ),
    "utilities": Asked(
        ("停的是水、电、气还是暖？一户还是整栋？", "Water, power, gas or heating? One home or the whole house?"),
        (
            "闻到煤气味：不要开关电灯，开窗，到屋外打 119",
            "You smell gas: touch no switch, open the window, go outside and call 119",
        ),
    ),
    "illegal_building": Asked(("在几号楼什么位置？还在施工吗？", "Where? Are they still building?")),
    "parking": Asked(("停在哪里？车牌号是多少？", "Where? What is the number of the car?")),
    "official_conduct": Asked(
        (
            "哪位工作人员？什么时间、什么事？不会交给本人办理。",
            "Who, when, what? It will not be handled by that person.",
        )
    ),
}
"""Categories that are not in it speak for themselves."""


def asked(code: str) -> Asked:
    """What belongs to the category of this code; nothing, for one that speaks for itself."""
    return ASKED.get(code, Asked())
