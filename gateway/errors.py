"""What the door itself refuses, before any service is asked."""

from contracts.errors import Conflict, Error, Forbidden, Invalid, NotFound, Unavailable, words


class Malformed(Error):
    """The body is not JSON."""

    kind, code = "malformed", "malformed_json"
    zh, en = "正文不是有效的 JSON（须为 UTF-8 编码）", "The body is not valid JSON in UTF-8"


class BodyMissing(Malformed):
    """There is no body where one is required."""

    code = "body_missing"
    zh, en = "缺少正文：这里需要一个 JSON 对象", "The body is missing: a JSON object is required here"


class BadRequest(Error):
    """The request cannot be understood for a reason that has no name of its own."""

    kind, code = "malformed", "bad_request"
    zh, en = "请求有误，无法理解", "The request cannot be understood"


class FileMissing(Error):
    """An upload without a file in it."""

    kind, code = "malformed", "file_missing"
    zh, en = "没有收到文件：请上传 CSV 或 xlsx", "No file received: send a CSV or xlsx file"


class PictureRefused(Invalid):
    """What was sent is no picture that is read here."""

    code = "picture_refused"
    zh, en = "照片不能用", "The picture cannot be used"


class PlaceOutOfUse(Conflict):
    """The office has closed the place, and no new matter is taken there."""

    code = "place_out_of_use"
    zh, en = "{name}已停用，不再受理新的诉求，请另选地点", "{name} is not in use any more; please choose another place"

    @classmethod
    def called(cls, name: str) -> "PlaceOutOfUse":
        """The error, naming the field."""
        told = cls(name=name)
        told.fields = {"place": [words(told.said("zh"), told.said("en"))]}
        return told


class NoSuchAddress(NotFound):
    """No route has this address, or an id in it is none."""

    code = "not_found"
    zh, en = "没有这个地址，或地址中的编号不对", "There is nothing at this address, or an id in it is malformed"


class MethodNotAllowed(Error):
    """The address exists, but not for this method."""

    kind = code = "method_not_allowed"
    zh, en = "这个地址不接受 {method}；可用：{allowed}", "{method} is not possible here; use {allowed}"


class NotAcceptable(Error):
    """The client accepts nothing that can be given."""

    kind = code = "not_acceptable"
    zh, en = "这里只提供 {given}", "Only {given} is given here"


class TooLarge(Error):
    """The body is over the limit."""

    kind = code = "too_large"
    zh, en = "提交的内容太大，上限为 {most} 字节", "The body is too large, the limit is {most} bytes"


class UnsupportedMediaType(Error):
    """The body is of a type that is not read here."""

    kind = code = "unsupported_media_type"
    zh, en = "不支持的内容类型 {given}；可用：{read}", "Content of type {given} is not read here; use {read}"


class NotAllowed(Forbidden):
    """No role that the asker holds allows this, or none that reaches there."""

    code = "not_allowed"
    zh, en = "您的角色或管辖范围不允许这样做", "Your role, or the places where you hold it, do not allow this"


class NotYoursToGive(Forbidden):
    """A case is given away by whoever leads it, by the secretary or by the office."""

    code = "not_yours_to_give"
    zh = "这件诉求不由您负责，请负责人、社区书记或社区办公室移交"
    en = "You do not lead this case: whoever leads it, the secretary or the office can hand it over"


class OutOfScope(Forbidden):
    """The key is not meant for this."""

    code = "out_of_scope"
    zh, en = "该密钥的授权不包括 {thing}", "This key was not given {thing}"


class PasswordMustChange(Forbidden):
    """Signed in with a one-time password, which opens nothing but the way to one's own."""

    code = "password_must_change"
    zh, en = "请先设置自己的密码，再继续", "Set a password of your own first"


class ChooseOne(Invalid):
    """Several communities or places could be meant, and none was named."""

    code = "choose_one"
    zh, en = "您负责不止一处，请指明{field}", "You reach more than one: say which {field}"


class WrongToken(Forbidden):
    """A page's form or script did not say the word that only pages of this session know."""

    code = "wrong_csrf_token"
    zh, en = "页面已过期，请刷新后重试", "This page is out of date: reload it and try again"


class OtherSite(Forbidden):
    """A web page of another site tries to use the door in its reader's name."""

    code = "other_site"
    zh, en = "不接受其他网站发来的请求", "Requests from other web sites are not taken"


class Unexpected(Error):
    """Something broke; the log holds what, under the correlation id."""

    kind = code = "internal_error"
    zh, en = (
        "系统内部出错，请把编号 {correlation} 告诉管理员",
        "Something broke inside; please tell the operators this number: {correlation}",
    )


class ReadNotRecorded(Unavailable):
    """What was asked for is there, but who reads it could not be recorded: so nobody is shown it."""

    code = "read_not_recorded"
    zh, en = (
        "查阅登记暂时不可用，不能显示个人信息，请稍后再试",
        "Who reads this cannot be recorded right now, so it is not shown; please try again later",
    )


class DoneButNotRecorded(Unavailable):
    """The command was carried out; its answer would show personal data, and that could not be recorded."""

    code = "done_but_not_recorded"
    zh, en = (
        "已经办好，请勿重复提交；查阅登记暂时不可用，因此没有显示结果",
        "This was done, do not send it again; who reads the result cannot be recorded right now, so it is not shown",
    )


class PrintingMissing(Unavailable):
    """This machine cannot set posters: libraries that WeasyPrint needs are missing."""

    code = "printing_missing"
    zh, en = (
        "这台机器缺少制作 PDF 的系统库，请管理员安装："
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk",
        "This machine lacks libraries for PDF files; have them installed: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk",
    )
