"""However parameters travel, the handler gets its struct, or the client a refusal that names one."""

import contextlib
import enum
import time
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.domain.errors import Invalid, Refusal
from folkmoot.doors.frame.bind import BindRules, bind_values
from folkmoot.wire.codecs import Id
from folkmoot.wire.request import GET, Request, Upload

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SUITE = Path(__file__).parents[4] / "shared/data/fuzz/JSONTestSuite/test_parsing"
RULES = BindRules()
MASTODON = BindRules(lenient_numbers=frozenset({"limit"}), loose_booleans=True)


class Mood(enum.Enum):
    glad = "glad"
    sad = "sad"


class Poll(msgspec.Struct):
    options: list[str] = []
    expires_in: int = 0
    multiple: bool = False


class Keyword(msgspec.Struct):
    keyword: str
    whole_word: bool = False


@GET("/api/v1/things/{id}")
class Ask(Request[dict[str, Any]]):
    """Everything a request may carry."""

    id: Id = Id("")
    status: str = ""
    limit: int = 20
    offset: int | None = None
    ratio: float = 0.0
    sensitive: bool | None = None
    media_ids: list[Id] = msgspec.field(default_factory=list)
    kinds: list[str] = msgspec.field(default_factory=list, name="types")
    poll: Poll | None = None
    keywords_attributes: list[Keyword] = msgspec.field(default_factory=list)
    note: str | msgspec.UnsetType | None = msgspec.UNSET
    expires_in: int | msgspec.UnsetType | None = msgspec.UNSET
    visibility: Literal["public", "private"] = "public"
    mood: Mood = Mood.glad
    data: dict[str, str] = msgspec.field(default_factory=dict)
    file: Upload | None = None
    size: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    title: Annotated[str, msgspec.Meta(max_length=5)] = ""
    either: list[str] | str = ""
    anything: Any = None


class Needs(msgspec.Struct):
    name: str
    count: int


def ask(
    query: str = "", body: str | bytes = b"", kind: str = "", rules: BindRules = RULES, **path: str
) -> Ask:
    raw = body.encode() if isinstance(body, str) else body
    return bind_values(Ask, rules, query=query.encode(), content_type=kind, body=raw, path=path)


def refused(*args: Any, **kwargs: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        ask(*args, **kwargs)
    return caught.value.field, caught.value.why


def test_path_wins_over_body_and_body_over_query() -> None:
    got = ask("id=1&status=q&limit=3", "id=2&status=b", FORM, id="9")
    assert (got.id, got.status, got.limit) == ("9", "b", 3)


@pytest.mark.parametrize(
    "text",
    [
        "media_ids[]=1&media_ids[]=2",
        "media_ids[0]=1&media_ids[1]=2",
        "media_ids=1&media_ids=2",
        "media_ids%5B%5D=1&media_ids%5B%5D=2",
        "media_ids[1]=2&media_ids[0]=1",
    ],
)
def test_lists_in_forms(text: str) -> None:
    assert ask(body=text, kind=FORM).media_ids == ["1", "2"]
    assert ask(text).media_ids == ["1", "2"]


def test_single_values_where_a_list_is_wanted() -> None:
    assert ask("types=a").kinds == ["a"]
    assert ask("types[]=a&types[]=b").kinds == ["a", "b"]
    assert ask("types=a,b").kinds == ["a,b"]
    assert ask("types[]=").kinds == []
    assert ask(body='{"types": "a", "media_ids": [1, "2"]}', kind=JSON).media_ids == ["1", "2"]
    assert ask("either=x").either == ["x"]


def test_nested_forms() -> None:
    got = ask(body="poll[options][]=a&poll[options][]=b&poll[expires_in]=300&poll[multiple]=on", kind=FORM)
    assert got.poll == Poll(options=["a", "b"], expires_in=300, multiple=True)
    key = "keywords_attributes[]"
    words = f"{key}[keyword]=a&{key}[whole_word]=true&{key}[keyword]=b"
    assert ask(words).keywords_attributes == [Keyword("a", True), Keyword("b")]
    indexed = "keywords_attributes[1][keyword]=b&keywords_attributes[0][keyword]=a"
    assert ask(indexed).keywords_attributes == [Keyword("a"), Keyword("b")]
    in_json = '{"keywords_attributes": {"10": {"keyword": "c"}, "9": {"keyword": "b"}}}'
    assert ask(body=in_json, kind=JSON).keywords_attributes == [Keyword("b"), Keyword("c")]
    assert ask("data[a]=1&data[b]=2").data == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((t, True) for t in ("true", "TRUE", "1", "on", "T", "yes")),
        *((t, False) for t in ("false", "0", "OFF", "f")),
        ("", None),
    ],
)
def test_booleans(text: str, value: bool | None) -> None:
    assert ask(f"sensitive={text}").sensitive is value


def test_json_values_of_another_type() -> None:
    got = ask(body='{"sensitive": "1", "limit": "7", "status": 12, "ratio": "1.5", "offset": 3.0}', kind=JSON)
    assert (got.sensitive, got.limit, got.status, got.ratio, got.offset) == (True, 7, "12", 1.5, 3)
    assert ask(body='{"sensitive": 0}', kind=JSON).sensitive is False


def test_not_said_is_told_from_empty() -> None:
    assert ask().note is msgspec.UNSET
    assert ask("note=").note == ""
    assert ask(body='{"note": null}', kind=JSON).note is None
    assert ask(body="null", kind=JSON).note is msgspec.UNSET  # as axios writes a body that is nothing
    assert ask("expires_in=").expires_in is None
    assert ask("limit=&visibility=&mood=").limit == 20


@pytest.mark.parametrize(("text", "value"), [("-5", 5), ("abc", 0), ("7x", 7), ("99999", 99999), ("+3", 3)])
def test_lenient_limit(text: str, value: int) -> None:
    assert ask(f"limit={text}", rules=MASTODON).limit == value


@pytest.mark.parametrize(
    ("query", "field", "why"),
    [
        ("limit=abc", "limit", "not_a_number"),
        ("limit=1.5", "limit", "not_a_number"),
        ("limit=99999999999999999999", "limit", "out_of_range"),
        ("ratio=nan", "ratio", "not_a_number"),
        ("ratio=1e999", "ratio", "out_of_range"),
        ("sensitive=banana", "sensitive", "not_a_boolean"),
        ("visibility=secret", "visibility", "unknown"),
        ("mood=odd", "mood", "unknown"),
        ("size=0", "size", "too_small"),
        ("size=11", "size", "too_big"),
        ("title=abcdef", "title", "too_long"),
        ("status[a]=1", "status", "type"),
        ("poll=5", "poll", "type"),
        ("poll[expires_in]=x", "poll[expires_in]", "not_a_number"),
        ("media_ids[a]=1", "media_ids", "type"),
        ("keywords_attributes[][whole_word]=1", "keywords_attributes[keyword]", "missing"),
        ("file=hello", "file", "not_a_file"),
        ("status=%ff", "parameters", "wrong_charset"),
        ("a" + "[b]" * 40 + "=1", "a", "too_deep"),
        ("&".join(["a=1"] * 3000), "parameters", "too_many"),
    ],
)
def test_refusals_name_the_parameter(query: str, field: str, why: str) -> None:
    assert refused(query) == (field, why)
    assert refused(body=query, kind=FORM) == (field, why)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[1]", "not_an_object"),
        (b"[null]", "not_an_object"),
        (b'"x"', "not_an_object"),
        (b"{", "not_json"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": "\xff"}', "not_json"),
        (b'{"a": Infinity, "b": "\\ud800"}', "not_json"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "too_deep"),
        (b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too_deep"),
        (b'{"\\ud800":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "too_deep"),
    ],
)
def test_bad_json(body: bytes, why: str) -> None:
    assert refused(body=body, kind=JSON) == ("body", why)


def test_json_of_another_charset() -> None:
    assert refused(body=b"{}", kind="application/json; charset=utf-16") == ("body", "wrong_charset")
    assert refused(body=b"a=1", kind=f"{FORM}; charset=klingon") == ("body", "wrong_charset")
    assert ask(body=b"status=%E9", kind=f"{FORM}; charset=ISO-8859-1").status == "é"


def test_text_is_cleaned() -> None:
    assert ask("status=a%00b").status == "ab"
    assert ask(body=rb'{"status": "a\u0000b\ud800c"}', kind=JSON).status == "ab\ufffdc"
    assert ask(body=rb'{"status": "\ud83d\ude00 \udc00"}', kind=JSON).status == "😀 \ufffd"
    assert ask(id="a\0b").id == "ab"


def test_many_percent_signs_cost_little_and_mean_the_same() -> None:
    for piece in ("%41b", "%4", "%zz", "%%41", "%C3%A9", "%e2%82%ac%", "+%2B"):
        assert ask("status=" + piece * 15_000).status == ask("status=" + piece * 500).status * 30
    start = time.process_time()
    assert ask(body=b"status=" + b"%" * 3_000_000, kind=FORM).status == "%" * 3_000_000
    assert time.process_time() - start < 0.8


def test_duplicate_keys_and_unknown_ones_do_no_harm() -> None:
    assert ask(body='{"status": "a", "status": "b", "lang": {"x": []}}', kind=JSON).status == "b"
    assert ask("status=a&status=b&lang=de&&=&x[=1&[]=2&]=3").status == "b"
    assert refused(body='{"status": {"a": 1}}', kind=JSON) == ("status", "type")
    assert ask(body="status=x", kind="text/plain").status == ""


def test_what_is_needed() -> None:
    for query, expected in ((b"", ("name", "missing")), (b"name=x&count=", ("count", "blank"))):
        with pytest.raises(Invalid) as caught:
            bind_values(Needs, RULES, query=query)
        assert (caught.value.field, caught.value.why) == expected
    assert bind_values(Needs, RULES, query=b"name=&count=2") == Needs("", 2)


def multipart(*parts: tuple[str, bytes], end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--b\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head, data in parts) + end


MULTI = "multipart/form-data; boundary=b"
NAMED = 'Content-Disposition: form-data; name="{}"'.format


def test_multipart() -> None:
    picture = NAMED("file") + '; filename="../../é\\x/cat.png"\r\nContent-Type: image/png'
    got = ask(
        body=multipart(
            (picture, b"\x89PNG\r\n\0"), (NAMED("status"), "hé".encode()), (NAMED("types[]"), b"a")
        ),
        kind=MULTI,
    )
    assert got.file == Upload("cat.png", "image/png", b"\x89PNG\r\n\0")
    assert (got.status, got.kinds) == ("hé", ["a"])
    empty = (
        'Content-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream'
    )
    assert ask(body=multipart((empty, b"")), kind=MULTI).file is None
    assert ask(body='{"file": "data:image/gif;base64,R0lG"}', kind=JSON).file == Upload(
        "", "image/gif", b"GIF"
    )
    assert refused(body='{"file": "data:image/gif;base64,R0l"}', kind=JSON) == ("file", "bad_data_url")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (multipart(*[(NAMED(f"f{n}"), b"x") for n in range(10_000)]), MULTI),
        (multipart((NAMED("status"), b"\xff\xfe")), MULTI),
        (multipart((NAMED("status"), b"x"), end=b""), MULTI),
        (multipart(("X: y", b"x")), MULTI),
        (multipart((NAMED("status"), b"x")), "multipart/form-data"),
        (multipart((NAMED("status"), b"x")), "multipart/form-data; boundary=" + "b" * 300),
        (multipart(("Content-Disposition: form-data; name=status\r\n" + "X" * 100_000 + ": 1", b"x")), MULTI),
        (b"garbage", MULTI),
        (multipart(*[(f'{NAMED("file")}; filename="{n}"', b"x") for n in range(50)]), MULTI),
        (multipart((NAMED("status"), b"x" * 5_000_000)), MULTI),
    ],
)
def test_bad_multipart(body: bytes, kind: str) -> None:
    with pytest.raises(Invalid):
        ask(body=body, kind=kind)


def test_a_renamed_and_a_generic_request_bind_by_their_wire_names() -> None:
    assert ask("kinds=a").kinds == []


names = st.sampled_from([f.encode_name for f in msgspec.structs.fields(Ask)])
steps = st.lists(st.sampled_from(["[]", "[0]", "[1]", "[a]", "[keyword]", "[options]", "[", "]"]), max_size=4)
ODD = st.sampled_from(["1", "", "true", "data:,x", "1e400", "-0", "٣", "1_0", "9" * 30])
KEYS = st.sampled_from(["0", "1", "a", "keyword", "options"])
texts = st.one_of(st.text(max_size=12), ODD)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(names, steps, texts), max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_form_is_bound_or_refused(pairs: list[tuple[str, list[str], str]]) -> None:
    from urllib.parse import quote

    text = "&".join(f"{name}{''.join(keys)}={quote(value, errors='replace')}" for name, keys, value in pairs)
    for rules in (RULES, MASTODON):
        with contextlib.suppress(Refusal):
            msgspec.json.encode(ask(text, rules=rules).status)


@given(st.dictionaries(names, values, max_size=5))
@settings(max_examples=200, deadline=None)
def test_any_json_is_bound_or_refused(tree: dict[str, Any]) -> None:
    import json

    try:
        got = ask(body=json.dumps(tree).encode(), kind=JSON)
    except Refusal:
        return
    msgspec.json.encode(got)  # nothing unencodable came through


@given(
    st.binary(max_size=200), st.sampled_from([FORM, JSON, MULTI, "text/plain", "", "a/b;charset=", "+json"])
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_bound_or_refused(body: bytes, kind: str) -> None:
    for content in (body, b"--b\r\n" + body + b"\r\n--b--\r\n"):
        with contextlib.suppress(Refusal):
            bind_values(Ask, RULES, query=body, content_type=kind, body=content)


@pytest.mark.skipif(not SUITE.is_dir(), reason="the JSON test suite is not beside this checkout")
def test_json_test_suite() -> None:
    files = sorted(SUITE.glob("*.json"))
    assert len(files) > 300
    for file in files:
        raw = file.read_bytes()
        for body in (raw, b'{"status": ' + raw + b"}", b'{"anything": ' + raw + b"}"):
            try:
                ask(body=body, kind=JSON)
            except Refusal:
                continue
            assert (
                not (file.name.startswith("n_") and body is raw and b"status" not in raw)
                or raw.strip() == b""
            ), file.name
