"""Shapes of what the organization service is asked and answers."""

from marshmallow import Schema, fields, validate

from contracts import shapes

PLACE_KINDS = ("community", "grid", "courtyard", "building", "household")
POST_KINDS = ("community_secretary", "grid_leader", "building_leader", "line_head")
LINES = ("security", "mediation", "law", "support", "patrol", "safety")
GAP_KINDS = (
    "community_without_secretary",
    "grid_without_leader",
    "grievance_without_leader",
    "grievance_with_stand_in",
    "escalation_without_taker",
    "building_without_leader",
)
CALLED = "名称（可带楼院、楼栋）、拼音首字母或编码开头 / name, first letters in pinyin, or the code's beginning"
MOST_OF_A_FILE = 40_000_000
"""Characters of base64: about 30 MB, several times what the most rows allowed need."""


def _described(zh_en: str) -> dict[str, str]:
    return {"description": zh_en}


def _community(**more: object) -> fields.String:
    told = _described("社区代码，12 位 / community code, 12 digits")
    return fields.String(validate=shapes.COMMUNITY, metadata=told, **more)  # type: ignore[arg-type]


def _code(zh_en: str, **more: object) -> fields.String:
    return fields.String(validate=shapes.CODE, metadata=_described(zh_en), **more)  # type: ignore[arg-type]


def _kind(kinds: tuple[str, ...], zh_en: str, **more: object) -> fields.String:
    return fields.String(validate=validate.OneOf(kinds), metadata=_described(zh_en), **more)  # type: ignore[arg-type]


def _day(zh_en: str, **more: object) -> fields.Date:
    return fields.Date(metadata=_described(zh_en), **more)  # type: ignore[arg-type]


# -- what is asked


class ImportFile(Schema):
    """A table to be imported."""

    file = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MOST_OF_A_FILE),
        metadata=_described("base64 编码的 CSV(UTF-8、GBK)、xlsx 或 xls / CSV (UTF-8, GBK), xlsx or xls, in base64"),
    )
    preview = fields.Boolean(
        load_default=False, metadata=_described("只检查，不导入 / only say what would be done and what is wrong")
    )


class ImportPlaces(ImportFile):
    """The command: columns 编码/code, 类型/kind, 名称/name, 上级/parent; 老旧/aged, 四至/boundary, 街道/subdistrict,
    城市/city where wanted."""

    community = _community(required=True)


class ImportPeople(ImportFile):
    """The command: column 姓名/name; 编号/number, 出生日期/born_on, 性别/sex, 住户编码/household, 电话/phone, and for
    posts 职务/post, 任职地点/post_place, 条线/line, 任期开始/starts_on, 任期结束/ends_on where wanted."""

    community = _community(required=True)


class FindCommunities(shapes.Page):
    """Which communities."""

    q = shapes.sought(
        40,
        "名称或街道名称的一部分、拼音首字母、代码开头 / part of the name or the sub-district's, "
        "first letters in pinyin, the code's beginning",
    )


class FindCourtyards(shapes.Page):
    """Which courtyards of a community."""

    q = shapes.sought(40, CALLED)


class ListCommunities(FindCommunities):
    """The question: only those whose code begins with one of `within`; `*` is all of them."""

    within = fields.List(fields.String(), load_default=lambda: ["*"])


class PageOfFigures(shapes.Page):
    """Which page of the figures, one row a community."""


class ListFigures(PageOfFigures):
    """The question: figures of the communities whose code begins with one of `within`; `*` is all of them."""

    within = fields.List(fields.String(), required=True)


class GetCommunity(Schema):
    """Which community."""

    community = _community(required=True)


class FilterPlaces(shapes.Page):
    """Which places of a community."""

    kind = _kind(PLACE_KINDS, "类型 / kind of place")
    parent = _code("上级地点编码 / code of the place directly above")
    q = shapes.sought(40, CALLED)
    closed = fields.Boolean(load_default=False, metadata=_described("也列出已停用的 / those that are closed, too"))


class ListPlaces(FilterPlaces):
    """The question."""

    community = _community(required=True)


class GetPlace(Schema):
    """Which place."""

    community = _community(required=True)
    code = _code("地点编码 / code of the place", required=True)


class ListPeople(shapes.Page):
    """Which people."""

    community = _community()
    place = _code("住在该地点及其下级 / living at this place or below it")
    post = _kind(POST_KINDS, "现任职务 / holding such a post today")
    q = shapes.sought(
        40, "姓名的一部分、拼音首字母，或编号 / part of the name, its first letters in pinyin, or the number"
    )
    left = fields.Boolean(load_default=False, metadata=_described("也列出已迁出的 / those who have left, too"))


class FindByPhone(shapes.Page):
    """The question: whose telephone this is."""

    community = _community(required=True)
    phone = shapes.phone(required=True)


class CallerKnownOut(Schema):
    """Somebody whose telephone it is."""

    id = fields.UUID()
    community = fields.String()
    name = fields.String()
    household = fields.String(allow_none=True, metadata=_described("住户编码 / code of the household"))


class GetPerson(Schema):
    """Which person."""

    id = fields.UUID(required=True)


class NewAppointment(Schema):
    """Who is to hold which post from when."""

    kind = _kind(POST_KINDS, "职务 / post", required=True)
    place = _code("任职地点 / place of the post", required=True)
    person_id = fields.UUID(required=True)
    line = _kind(LINES, "条线，仅限条线负责人 / line, for a line head only", load_default=None, allow_none=True)
    starts_on = _day("任期第一天 / first day", required=True)
    ends_on = _day("任期最后一天，可不填 / last day, where known", load_default=None, allow_none=True)


class Appoint(NewAppointment):
    """The command: `id` is that of the term, made at the door."""

    id = fields.UUID(required=True)
    community = _community(required=True)


class LastDay(Schema):
    """When a term ends."""

    ends_on = _day("最后一天 / last day in the post", required=True)


class EndPost(LastDay):
    """The command."""

    post_id = fields.UUID(required=True)


class ListPosts(shapes.Page):
    """Which terms in which posts, past ones too."""

    community = _community()
    kind = _kind(POST_KINDS, "职务 / post")
    place = _code("任职地点 / place of the post")
    person_id = fields.UUID()
    on = _day("这一天在任的 / held on that day: who was responsible then")


class GetPost(Schema):
    """Which post."""

    id = fields.UUID(required=True)


class NewLeave(Schema):
    """Who is away when."""

    person_id = fields.UUID(required=True)
    starts_on = _day("请假第一天 / first day away", required=True)
    ends_on = _day("请假最后一天 / last day away", required=True)


class TakeLeave(NewLeave):
    """The command."""

    id = fields.UUID(required=True)


class CancelLeave(Schema):
    """The command."""

    id = fields.UUID(required=True)


class GetLeave(Schema):
    """Which leave."""

    id = fields.UUID(required=True)


class ListLeaves(shapes.Page):
    """Which leaves."""

    community = _community()
    person_id = fields.UUID()
    on = _day("这一天请假的 / away on that day")


class ForWhom(Schema):
    """On which day, and who must stand aside."""

    on = _day("哪一天，默认今天 / on which day; today where not given")
    about_person = fields.UUID(
        metadata=_described("被反映的工作人员，须回避 / the official complained about, who must stand aside")
    )


class FindResponsible(ForWhom):
    """The question: who is responsible for a place."""

    community = _community(required=True)
    place = _code("地点编码 / code of the place", required=True)


class FilterGaps(shapes.Page):
    """Which gaps of a community."""

    kind = _kind(GAP_KINDS, "哪一类缺口 / kind of gap")


class ListGaps(FilterGaps):
    """The question."""

    community = _community(required=True)


# -- what is answered


class CommunityFigures(Schema):
    """How many there are of what in a community: numbers, and nobody's name."""

    community = fields.String()
    name = fields.String()
    grids = fields.Integer()
    courtyards = fields.Integer()
    buildings = fields.Integer()
    households = fields.Integer()
    aged_courtyards = fields.Integer()
    residents = fields.Integer()
    elders = fields.Integer()


class CodeAndName(Schema):
    """A division above the community, or a place on a path."""

    code = fields.String()
    name = fields.String()


class PlaceOut(Schema):
    """One node of the place tree."""

    code = fields.String(metadata=_described("编码 / code"))
    kind = fields.String(metadata=_described("类型 / " + ", ".join(PLACE_KINDS)))
    name = fields.String(metadata=_described("名称 / name"))
    parent = fields.String(
        allow_none=True, metadata=_described("上级编码，社区没有 / code above; none for a community")
    )
    community = fields.String(metadata=_described("社区代码 / community code"))
    aged = fields.Boolean(metadata=_described("老旧楼院 / an aged courtyard"))
    boundary = fields.String(metadata=_described("四至 / where its bounds run"))
    closed_on = fields.Date(allow_none=True, metadata=_described("停用日期 / day on which it was closed"))
    version = fields.Integer(metadata=_described("修改时带上，以免覆盖别人的改动 / sent along with a change"))


class ListedPlaceOut(PlaceOut):
    """One place in a list."""

    called = fields.String(metadata=_described("带楼院、楼栋的全称 / name with courtyard and building"))


class PlaceDetailOut(PlaceOut):
    """One place with the way down to it."""

    path = fields.List(fields.Nested(CodeAndName), metadata=_described("从社区到该地点 / from the community to here"))
    children = fields.Integer(metadata=_described("直接下级数 / number of places directly below"))


class CommunityOut(Schema):
    """One community."""

    code = fields.String()
    name = fields.String()
    subdistrict = fields.Nested(CodeAndName, metadata=_described("街道 / sub-district"))
    city = fields.Nested(CodeAndName, metadata=_described("县、市、区 / county or city"))
    boundary = fields.String(metadata=_described("四至 / where its bounds run"))


class CountsOut(Schema):
    """How many there are of what."""

    grids = fields.Integer()
    courtyards = fields.Integer()
    aged_courtyards = fields.Integer()
    buildings = fields.Integer()
    households = fields.Integer()
    residents = fields.Integer()
    elders = fields.Integer(metadata=_described("60 周岁及以上 / residents of elder age"))


class CommunityDetailOut(CommunityOut):
    """One community with what it counts."""

    counts = fields.Nested(CountsOut)


class HeldPostOut(Schema):
    """A post as it stands beside its holder."""

    post_id = fields.UUID()
    kind = fields.String(metadata=_described("职务 / " + ", ".join(POST_KINDS)))
    name = fields.Nested(shapes.WordsOut)
    place = fields.String()
    place_name = fields.String()
    line = fields.String(allow_none=True)
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)


class PersonOut(Schema):
    """One person; the phone is masked unless it is published with a post they hold today."""

    id = fields.UUID()
    community = fields.String()
    number = fields.String(metadata=_described("名册编号 / number in the register"))
    name = fields.String()
    sex = fields.String(metadata=_described("male, female, unknown"))
    born_on = fields.Date(allow_none=True)
    household = fields.String(allow_none=True, metadata=_described("住户编码 / code of the household"))
    phone = fields.String(allow_none=True, metadata=_described("电话，非公示岗位只显示部分 / masked unless published"))
    posts = fields.List(fields.Nested(HeldPostOut), metadata=_described("现任职务 / posts held today"))
    left_on = fields.Date(allow_none=True, metadata=_described("迁出日期 / day on which they left the community"))
    version = fields.Integer(metadata=_described("修改时带上，以免覆盖别人的改动 / sent along with a change"))


class LeaveOut(Schema):
    """One leave."""

    id = fields.UUID()
    community = fields.String()
    person_id = fields.UUID()
    person_name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    cancelled = fields.Boolean()


class PostOut(HeldPostOut):
    """One term: who holds or held a post from when to when."""

    id = fields.UUID(metadata=_described("任期编号 / id of the term"))
    community = fields.String()
    person_id = fields.UUID()
    person_name = fields.String()
    predecessor_id = fields.UUID(allow_none=True, metadata=_described("前任 / who held it before"))
    predecessor_name = fields.String(allow_none=True)
    current = fields.Boolean(metadata=_described("今天在任 / held today"))


class PersonDetailOut(PersonOut):
    """One person with every post they ever held."""

    terms = fields.List(fields.Nested(PostOut), metadata=_described("任职经历 / terms, the latest first"))


class HolderOut(Schema):
    """Who holds a post, as published."""

    id = fields.UUID()
    name = fields.String()
    phone = fields.String(allow_none=True)


class RungOut(Schema):
    """One step of the ladder of responsibility."""

    post = fields.String()
    post_name = fields.Nested(shapes.WordsOut)
    place = fields.String()
    place_name = fields.String()
    person = fields.Nested(HolderOut, allow_none=True)
    available = fields.Boolean()
    why = fields.Nested(shapes.WordsOut, metadata=_described("为何可以或不可以 / why, in words"))


class LeaderOut(Schema):
    """Who would be given a grievance from there."""

    id = fields.UUID()
    name = fields.String()
    post = fields.String()
    reason = fields.String()


class ResponsibleOut(Schema):
    """Who is responsible for a place on a day."""

    community = fields.String()
    place = fields.String()
    on = fields.Date()
    ladder = fields.List(fields.Nested(RungOut), metadata=_described("由近到远 / nearest first"))
    responsible = fields.Nested(
        RungOut, allow_none=True, metadata=_described("最近的在岗者 / nearest who is available")
    )
    leader = fields.Nested(
        LeaderOut, allow_none=True, metadata=_described("诉求交给谁 / who a grievance from there is given to")
    )


class GapOut(Schema):
    """Somebody is missing."""

    kind = fields.String(metadata=_described(", ".join(GAP_KINDS)))
    severity = fields.String(metadata=_described("serious, notice, for_information"))
    place = fields.String()
    name = fields.String(metadata=_described("地点名称 / name of the place"))
    since = fields.Date(metadata=_described("从哪天起 / since when"))
    grievance_id = fields.UUID(allow_none=True)
    said = fields.Nested(shapes.WordsOut)


class ImportFaultOut(Schema):
    """One mistake in a file."""

    row = fields.Integer(metadata=_described("表格中的行号 / row as the spreadsheet counts it"))
    column = fields.String()
    heading = fields.String(metadata=_described("中文表头 / heading in Chinese"))
    value = fields.String(allow_none=True, metadata=_described("单元格内容，个人信息不回显 / cell, unless personal"))
    said = fields.Nested(shapes.WordsOut)


class ImportOut(Schema):
    """What an import did, or a preview found it would do."""

    community = fields.String()
    preview = fields.Boolean()
    rows = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    ignored_columns = fields.List(fields.String(), metadata=_described("不认识的列 / headings that mean nothing to us"))
    fault_count = fields.Integer()
    faults = fields.List(fields.Nested(ImportFaultOut), metadata=_described("前 100 处错误 / the first 100 mistakes"))
    added_rows = fields.List(fields.Integer(), metadata=_described("新增的行 / rows that are new"))
    changed_rows = fields.List(fields.Integer(), metadata=_described("有变化的行 / rows that change something"))


class PeopleImportOut(ImportOut):
    """The same for people."""

    elders = fields.Integer(metadata=_described("新登记的老年人 / residents of elder age told of"))
    posts_filled = fields.Integer(metadata=_described("新上任的岗位 / posts newly filled"))
