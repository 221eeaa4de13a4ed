"""Ready phrases of the demo community (常用语): what its office writes again and again, for each kind of step."""

from cli.api import Api
from cli.demo.places import COMMUNITY

PHRASES = (
    ("accept", "今天上门看", "您反映的事已收到（回执 {回执号}），由{负责人}负责，今天上门查看。"),
    ("accept", "三天内办", "您反映的事已收到（回执 {回执号}），由{负责人}负责，三个工作日内办理，办好后请您评价。"),
    ("resolve", "堆物已清走", "{今天}已与住户一起把楼道里的杂物清走，并约定不再堆放。欢迎您评价。"),
    ("resolve", "已修好", "{今天}已请物业修好并现场看过，使用正常。再有问题请随时反映。"),
    ("resolve", "双方已和解", "{今天}已约双方当面调解，两家都同意照约定来办。之后会再回访一次。"),
    ("ask", "搬运清理", "请两位能搬重物的志愿者，到楼下集合后一起清理，手套和推车由社区准备。"),
    ("ask", "陪老人就医", "请一位志愿者陪同老人就医，出发前先与网格长联系。"),
    ("refer", "请物业维修", "请派人到现场查看并维修，办好后写明更换了什么、是否需要复查。"),
    ("refer", "请民警到场", "请到现场了解情况，需要社区配合时请与{负责人}联系。"),
    ("reject", "不属本社区", "您反映的地点不在本社区范围内，请向当地社区反映，或拨打 12345。"),
    ("reject", "重复反映", "这件事此前已在办理，会一并答复您，本件不再重复受理。"),
    ("reply", "已联系提交人", "已电话联系提交人，说明目前进展和下一步安排。"),
    ("reply", "上门无人", "{今天}上门时家中无人，已在门口留言，改天再去。"),
)
"""What each is for, what it is called, what it says."""


def add_phrases(api: Api) -> int:
    """Add those that are not there yet; how many."""
    known = {(phrase["step"], phrase["title"]) for phrase in api.items(f"communities/{COMMUNITY}/phrases")}
    missing = [each for each in PHRASES if each[:2] not in known]
    for step, title, words in missing:
        api.post(f"communities/{COMMUNITY}/phrases", {"step": step, "title": title, "words": words})
    return len(missing)
