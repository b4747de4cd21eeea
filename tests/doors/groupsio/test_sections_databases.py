"""Databases behind the door: tables and rows of every column type, and whose rows are whose."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.doors.groupsio.conftest import Town, assert_like, example
from tests.doors.groupsio.test_sections_calendar import section

from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.sections import rows, tables
from folkmoot.domain.sections.cells import TYPES, Cell, Column
from folkmoot.domain.sections.tables import NewTable, TableView, Who
from folkmoot.store.schema.sections import group_rows

CHOOSE = ["red", "green", "blue"]


def columns() -> list[Column]:
    chosen = ("multiple_choice", "multi_choice")
    return [Column(name=kind, type=kind, choices=CHOOSE if kind in chosen else []) for kind in TYPES]


PICTURE = "ab" * 32
FULL: dict[str, dict[str, Any]] = {
    "text": {"text": " Bread  and cheese "},
    "paragraph": {"text": "One\n\nTwo"},
    "html_paragraph": {"html": "<p>Good</p><script>bad()</script>"},
    "checkbox": {"checked": True},
    "multiple_choice": {"chosen": [2]},
    "multi_choice": {"chosen": [3, 1]},
    "date": {"date": "2030-02-28"},
    "time": {"time": "18:30"},
    "address": {"street": "1 Well Lane", "city": "York", "country": "UK", "lat": "53.96", "lng": "-1.08"},
    "link": {"title": "Site", "url": "https://example.org/", "description": "Ours"},
    "image": {"image": PICTURE, "title": "a.png"},
    "number": {"number": "-12.50"},
}


def make(town: Town, who: str = "alice", group: str = "open", **new: Any) -> TableView:
    table = NewTable(**{"name": "Plants", "columns": columns(), **new})
    found: TableView = town.do(lambda tx: tables.add(tx, town.viewer(who), town.ids[group], table))
    return found


def cells(table: TableView, values: dict[str, dict[str, Any]]) -> list[Cell]:
    return [Cell(column_id=c.id, **values[c.name]) for c in table.described if c.name in values]


def put(town: Town, table: TableView, who: str = "bob", **values: dict[str, Any]) -> rows.RowView:
    given = cells(table, values)
    row: rows.RowView = town.do(lambda tx: rows.add(tx, town.viewer(who), table.id, given, {PICTURE: 9}))
    return row


def test_a_table_and_a_row_with_everything(any_town: Town) -> None:
    table = make(any_town)
    put(any_town, table, **FULL)
    bob = any_town.client("bob")
    listed = bob.ok("getdatabases", group_name="open")
    assert_like(listed, example("getdatabases"))
    (seen,) = listed["data"]
    assert [column["type"] for column in seen["columns"]] == list(TYPES)
    assert (seen["num_rows"], seen["num_columns"], seen["max_row_id"], seen["max_col_id"]) == (1, 12, 1, 12)
    page, user = bob.ok("getdatabaserows", database_id=table.id, extended="true")
    assert_like(page, example("getdatabaserows"))
    assert user["user_name"] == "bob"
    (row,) = page["data"]
    wanted = example("getdatabaserows")["data"][0]["vals"][0]
    assert all(list(value) == list(wanted) for value in row["vals"])
    values = {value["col_type"]: value for value in row["vals"]}
    assert values["text"]["text"] == "Bread and cheese"
    assert "script" not in values["html_paragraph"]["html_text"]
    assert (values["multiple_choice"]["multi_choice"], values["multi_choice"]["multi_choice"]) == (
        [2],
        [1, 3],
    )
    assert (values["date"]["date"], values["time"]["time"]) == (
        "2030-02-28T00:00:00Z",
        "0001-01-01T18:30:00Z",
    )
    assert (values["address"]["street_address1"], values["address"]["lng"]) == ("1 Well Lane", "-1.08")
    assert (values["link"]["url"], values["number"]["number"]) == ("https://example.org/", "-12.50")
    assert values["image"]["image_name"] == "a.png"
    assert values["checkbox"]["checked"] is True
    assert (row["row_num"], row["num_vals"], row["table_id"]) == (1, 12, table.id)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("multiple_choice", {"chosen": [1, 2]}),
    ("multi_choice", {"chosen": [4]}),
    ("multi_choice", {"chosen": [0]}),
    ("date", {"date": "2030-02-30"}),
    ("time", {"time": "25:00"}),
    ("address", {"lat": "91"}),
    ("link", {"url": "javascript:alert(1)"}),
    ("link", {"url": "http://[::1"}),
    ("image", {"image": "../../etc"}),
    ("number", {"number": "NaN"}),
    ("number", {"number": "1e999999"}),
    ("text", {"text": "x" * 1001}),
]


def test_cells_that_are_refused(town: Town) -> None:
    table = make(town)
    for kind, value in WRONG:
        with pytest.raises(Invalid) as refused:
            put(town, table, **{kind: value})
        assert refused.value.field == kind, value
    needed = make(town, name="Needed", columns=[Column(name="who", type="text", required=True)])
    with pytest.raises(Invalid, match="missing"):
        put(town, needed)
    with pytest.raises(Invalid, match="column"):
        town.do(lambda tx: rows.add(tx, town.viewer("bob"), table.id, [Cell(column_id=99)]))
    for bad in (
        [Column(name="a", type="text"), Column(name="A", type="text")],
        [Column(name="a", type="sound")],
        [Column(name="a", type="multi_choice")],
        [Column(name="a", type="text", choices=["x"])],
    ):
        with pytest.raises(Invalid, match="column"):
            make(town, name="Bad", columns=bad)


def test_pages_sorting_and_searching(any_town: Town) -> None:
    table = make(any_town)
    for word in ("pear", "apple", "fig", "100%"):
        put(any_town, table, text={"text": word})
    bob = any_town.client("bob")

    def names(page: Any) -> list[str]:
        return [row["vals"][0]["text"] for row in page["data"]]

    first = bob.ok("getdatabaserows", database_id=table.id, sort_field="name", limit=3)
    assert names(first) == ["100%", "apple", "fig"]
    assert (first["total_count"], first["has_more"]) == (4, True)
    rest = bob.ok("getdatabaserows", database_id=table.id, page_token=first["next_page_token"])
    assert (names(rest), rest["next_page_token"]) == (["pear"], 0)
    assert names(bob.ok("getdatabaserows", database_id=table.id, sort_dir="desc"))[0] == "100%"
    for field in ("created", "updated"):
        assert len(names(bob.ok("getdatabaserows", database_id=table.id, sort_field=field))) == 4
    assert bob.refused("getdatabaserows", database_id=table.id, sort_field="x") == (
        "invalid_value",
        "sort_field",
    )
    viewer = any_town.viewer("bob")

    def found(words: str) -> list[int]:
        return any_town.house.store.read(
            lambda tx: [
                row.number
                for row in rows.listing(tx, viewer, tables.see(tx, viewer, table.id), rows.Order(), words)
            ]
        )

    assert (found("APPLE"), found("0%"), found("%"), found("nothing")) == ([2], [4], [4], [])


def test_whose_rows_are_whose(town: Town) -> None:
    own = make(town, may_view=Who.ROW_MAKER, may_edit=Who.ROW_MAKER)
    his, hers = put(town, own, text={"text": "his"}), put(town, own, "alice", text={"text": "hers"})
    assert town.client("bob").ok("getdatabaserows", database_id=own.id)["total_count"] == 1
    assert town.client("alice").ok("getdatabaserows", database_id=own.id)["total_count"] == 2
    new = cells(own, {"text": {"text": "new"}})
    bob = town.viewer("bob")
    assert town.do(lambda tx: rows.change(tx, bob, own.id, his.id, new)).words == "new"
    with pytest.raises(NotFound):
        town.do(lambda tx: rows.change(tx, bob, own.id, hers.id, new))
    with pytest.raises(Forbidden):
        town.do(lambda tx: tables.design(tx, bob, own.id, name="Mine"))
    town.do(lambda tx: rows.delete(tx, town.viewer("alice"), own.id, his.id))
    assert put(town, own).number == 3
    secret = make(town, name="Secret", may_view=Who.MODERATORS)
    client = town.client("bob")
    assert [t["name"] for t in client.ok("getdatabases", group_name="open")["data"]] == ["Plants"]
    assert client.refused("getdatabaserows", database_id=secret.id) == ("bad_request", "invalid database_id")
    assert client.refused("getdatabaserows", database_id=1) == ("bad_request", "invalid database_id")


def test_sight_of_the_section(town: Town) -> None:
    table = make(town, group="closed")
    carol = town.client("carol")
    assert carol.refused("getdatabases", group_name="closed") == (
        "inadequate_permissions",
        "database_visible",
    )
    unknown = carol.post("getdatabaserows", database_id=1).content
    assert carol.post("getdatabaserows", database_id=table.id).content == unknown
    section(town, "database", "public", "closed")
    assert town.client().ok("getdatabaserows", database_id=table.id)["total_count"] == 0
    section(town, "database", "none", "closed")
    assert town.client("alice").post("getdatabaserows", database_id=table.id).content == unknown


def test_other_columns_and_other_programs(town: Town) -> None:
    table = make(town, columns=[Column(name="what", type="text"), Column(name="n", type="number")])
    put(town, table, what={"text": "=SUM(A1)"}, n={"number": "-3"})
    alice = town.viewer("alice")
    text, end = town.house.store.read(lambda tx: rows.as_csv(tx, alice, table.id, None))
    assert end is None
    assert text.splitlines() == ["#,what,n", "1,'=SUM(A1),-3"]
    first = table.described[0]
    changed = town.do(
        lambda tx: tables.design(tx, alice, table.id, columns=[first, Column(name="new", type="date")])
    )
    assert [column.id for column in changed.described] == [1, 3]
    town.do(lambda tx: tables.delete(tx, alice, table.id))
    assert town.client("alice").ok("getdatabases", group_name="open")["data"] == []


def test_rows_follow_their_columns(any_town: Town) -> None:
    kinds = {"what": "text", "photo": "image", "one": "multiple_choice", "any": "multi_choice"}
    table = make(
        any_town,
        columns=[Column(name=n, type=k, choices=CHOOSE if "choice" in k else []) for n, k in kinds.items()],
    )
    alice = any_town.viewer("alice")
    full = {"what": {"text": "Secret"}, "photo": {"image": PICTURE}}
    row = put(any_town, table, **full, one={"chosen": [2]}, any={"chosen": [1, 3]})
    _, _, one, any_ = table.described

    def design(*columns: Column, known: str = "") -> TableView:
        found: TableView = any_town.do(
            lambda tx: tables.design(tx, alice, table.id, columns=list(columns), known=known)
        )
        return found

    def now() -> tuple[dict[int, list[int]], str]:
        found = any_town.house.store.read(lambda tx: rows.own(tx, alice, table.id, row.id))
        return {cell.column_id: cell.chosen for cell in found.filled}, found.words

    def choose(column: Column, *words: str) -> Column:
        return msgspec.structs.replace(column, choices=list(words))

    changed = design(choose(one, "green", "blue"), choose(any_, "blue", "white", "red"))
    assert now() == ({3: [1], 4: [1, 3]}, "green blue, red")
    with pytest.raises(Conflict, match="changed"):
        design(one, known=table.stamp)
    design(choose(any_, "blue", "white", "scarlet"), choose(one, "blue", "yellow"), known=changed.stamp)
    assert now() == ({4: [1, 3]}, "blue, scarlet")
    stays = any_town.do(lambda tx: rows.change(tx, alice, table.id, row.id, [Cell(column_id=3, chosen=[2])]))
    assert stays.words == "blue, scarlet yellow"
    with pytest.raises(Invalid, match="column"):
        any_town.do(lambda tx: rows.change(tx, alice, table.id, row.id, [Cell(column_id=1, text="x")]))
    with pytest.raises(Invalid, match="column"):
        design(any_, choose(msgspec.structs.replace(any_, name="twice"), "x"))


def test_a_row_with_cells_of_no_column_can_be_changed(town: Town) -> None:
    table = make(town, columns=[Column(name="what", type="text")])
    row = put(town, table, what={"text": "a"})
    old = msgspec.json.encode([*row.filled, Cell(column_id=7, text="left over")]).decode()
    town.do(lambda tx: tx.update(group_rows, {"id": row.id}, cells=old, words="a left over"))
    changed = town.do(lambda tx: rows.change(tx, town.viewer("alice"), table.id, row.id, []))
    assert ([cell.text for cell in changed.filled], changed.words) == (["a"], "a")
