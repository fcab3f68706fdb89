"""同类比较: each department's measures and its place among those of its group; 同类基准: what is usual in each group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from xlprocess.consolidation.consolidation import Department
from xlprocess.consolidation.peers import FEWEST, SHEET, Norm, Peers
from xlprocess.consolidation.submission import Submission
from xlprocess.form.load import Form
from xlprocess.writers.summary.book import Book, Link, Look
from xlprocess.writers.summary.listing import Column, Listing, Row, Value
from xlprocess.writers.summary.section import LEADING, Section

NORMS = "同类基准"
_USUAL = ("分组", "指标", "部门数", "中位数", "通常范围下限", "通常范围上限", "最低", "最高")


class PeerPlaces(Section):
    """A row for each department: two columns a measure, its value and its place."""

    def __init__(self, book: Book, form: Form, peers: Peers) -> None:
        self.peers = peers
        columns = [*LEADING, Column("分组", 10, wrap=True, optional=True)]
        for peer in peers.measures:
            columns += [Column(peer.label, 10, "rate" if peer.share else "money"), Column(f"{peer.label}位次", 8, joined=True)]
        columns.append(Column("来源", 18, "link", on_paper=False))
        among = "同一分组" if peers.grouped else "全部"
        remark = (
            f"人均数单位：{form.edition.unit}。位次为在{among}部门中由高到低的位置，着色的与同类相差悬殊，见“问题清单”；"
            f"有错误的部门不排位次，不足 {FEWEST} 个部门的不比较。"
        )
        self.listing = Listing(book, SHEET, columns, remark)

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        places = self.peers.places.get(department.key)
        if places is None:
            return
        self.number += 1
        values: list[Value] = [self.number, department.code, department.name, department.group]
        looks: dict[int, Look] = {}
        for place in places:
            if place is None:
                values += [None, None]
                continue
            if place.far:
                looks[len(values)] = looks[len(values) + 1] = "notice"
            values += [_decimal(place.value), f"{place.rank}/{place.known}" if place.rank else "—"]
        yield Row([*values, Link(department.current.path, department.current)], looks)


class PeerNorms(Section):
    """A row for each group and measure."""

    def __init__(self, book: Book, form: Form, peers: Peers) -> None:
        self.peers = peers
        columns = [Column(_USUAL[0], 18, wrap=True), Column(_USUAL[1], 22, wrap=True), Column(_USUAL[2], 9, "count")]
        columns += [Column(head, 14, "number") for head in _USUAL[3:]]
        remark = f"金额单位：{form.edition.unit}，占比为百分数。通常范围由中位数和绝对中位差（MAD）得出，约一半部门在其中。"
        self.listing = Listing(book, NORMS, columns, remark, unit="行")

    def rest(self) -> Iterable[Row]:
        for norm in self.peers.norms:
            low, high = _usual(norm)
            times = 100 if norm.share else 1
            numbers = (norm.median, low, high, norm.least, norm.most)
            group = norm.group or ("未分组" if self.peers.grouped else "全部部门")
            label = f"{norm.label}（%）" if norm.share else norm.label
            yield Row([group, label, norm.known, *(_decimal(round(n * times, 2)) for n in numbers)])


def _usual(norm: Norm) -> tuple[float, float]:
    """Between which figures about half of the departments lie."""
    if norm.share:
        return norm.median - norm.spread, norm.median + norm.spread
    return norm.median / norm.spread, norm.median * norm.spread


def _decimal(value: float) -> Decimal:
    return Decimal(repr(round(value, 6)))
