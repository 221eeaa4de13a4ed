"""What the door itself refuses, before any service is asked."""

from contracts.errors import Error, Forbidden, NotFound


class Malformed(Error):
    """The body is not JSON."""

    kind, code = "malformed", "malformed_json"
    zh, en = "正文不是有效的 JSON(须为 UTF-8 编码)", "The body is not valid JSON in UTF-8"


class BodyMissing(Malformed):
    """There is no body where one is required."""

    code = "body_missing"
    zh, en = "缺少正文:这里需要一个 JSON 对象", "The body is missing: a JSON object is required here"


class BadRequest(Error):
    """The request cannot be understood for a reason that has no name of its own."""

    kind, code = "malformed", "bad_request"
    zh, en = "请求有误,无法理解", "The request cannot be understood"


class FileMissing(Error):
    """An upload without a file in it."""

    kind, code = "malformed", "file_missing"
    zh, en = "没有收到文件:请上传 CSV 或 xlsx", "No file received: send a CSV or xlsx file"


class NoSuchAddress(NotFound):
    """No route has this address, or an id in it is none."""

    code = "not_found"
    zh, en = "没有这个地址,或地址中的编号不对", "There is nothing at this address, or an id in it is malformed"


class MethodNotAllowed(Error):
    """The address exists, but not for this method."""

    kind = code = "method_not_allowed"
    zh, en = "这个地址不接受 {method};可用:{allowed}", "{method} is not possible here; use {allowed}"


class NotAcceptable(Error):
    """The client accepts nothing that can be given."""

    kind = code = "not_acceptable"
    zh, en = "这里只提供 JSON(application/json)", "Only JSON (application/json) is given here"


class TooLarge(Error):
    """The body is over the limit."""

    kind = code = "too_large"
    zh, en = "提交的内容太大,上限为 {most} 字节", "The body is too large, the limit is {most} bytes"


class UnsupportedMediaType(Error):
    """The body is of a type that is not read here."""

    kind = code = "unsupported_media_type"
    zh, en = "不支持的内容类型 {given};可用:{read}", "Content of type {given} is not read here; use {read}"


class NotFromHere(Forbidden):
    """Asked from another machine while there are no accounts."""

    code = "not_from_here"
    zh, en = (
        "账号功能开放之前,只能从本机访问",
        "Until there are accounts, only this machine may ask",
    )


class OtherSite(Forbidden):
    """A web page of another site tries to use the door in its reader's name."""

    code = "other_site"
    zh, en = "不接受其他网站发来的请求", "Requests from other web sites are not taken"


class Unexpected(Error):
    """Something broke; the log holds what, under the correlation id."""

    kind = code = "internal_error"
    zh, en = (
        "系统内部出错,请把编号 {correlation} 告诉管理员",
        "Something broke inside; please tell the operators this number: {correlation}",
    )
