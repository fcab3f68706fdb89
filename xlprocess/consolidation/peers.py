"""同类比较: each department against those of its 分组, by statistics that a few wrong figures do not move (median and MAD).

Only numbers are kept of a department until all have gone by; what a finding says beyond them is fetched again."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from decimal import Decimal
from statistics import median
from typing import NamedTuple

import msgspec

from xlprocess.consolidation.between import NAMED, between, place_of, rule_of
from xlprocess.consolidation.consolidation import Consolidation, Department
from xlprocess.consolidation.peer_places import PeerPlaces, Place
from xlprocess.consolidation.submission import Figure, Submission
from xlprocess.consolidation.totals import counted
from xlprocess.finding import Cause
from xlprocess.form.formula import Formula, Value
from xlprocess.form.load import Form
from xlprocess.form.model import Peer, Table
from xlprocess.typed import rounded, write_money, write_number

SHEET = "同类比较"
FEWEST = 10
"""Of fewer figures no median is taken."""
_SCORES = 5  # that must all be high before it is said
_HIGH = Decimal(98)
_FAR = 5.0  # times the spread that a normal distribution would have
_SIGMA = 1.4826  # MAD of a normal distribution
_LEAST_SPREAD = {False: 0.08, True: 0.02}  # amounts as logarithms, shares: figures that are all alike are not measured finer
_TIMES = math.log(3)  # an amount must be three times the median, or a third of it
_GAP = 0.2  # a share must differ by twenty percentage points
_MOST = 3  # findings of a department, the farthest
_YUAN = math.log(10_000)
_NO = math.nan


class Norm(NamedTuple):
    """What a group of departments has in a measure. `spread` is MAD, of amounts as a factor (1.3: half of them lie within the
    median divided and multiplied by it)."""

    group: str
    label: str
    share: bool
    known: int
    median: float
    spread: float
    least: float
    most: float


class Peers(msgspec.Struct):
    """What the sheets show: the measures, what each group has in them, and each department's places, by its key."""

    measures: list[Peer]
    norms: list[Norm]
    places: PeerPlaces
    grouped: bool


class PeersComparison:
    """Feeds on every department; what it finds goes to `between`, its table to `extra`."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.measures = [(peer, Formula(peer.formula)) for peer in form.edition.peer]
        self.tables = [t for t in form.tables.values() if t.kind == "grid" and _first(t)] if form.edition.unit == "万元" else []
        self.departments: list[Department] = []
        self.values = [array("d") for _ in self.measures]
        self.sizes = [array("d") for _ in self.tables]
        self.scores = array("d")
        self.doubted: set[int] = set()
        self.by_measure = {t.id: self._measure_of(t) for t in self.tables}

    def take(self, department: Department, submission: Submission) -> None:
        if submission.form != self.form.id:
            return
        self.departments.append(department)
        figures = {f.field: f for f in counted(self.form, submission)}
        scope = _Scope(figures)
        doubted = {flaw.table for flaw in submission.flaws if flaw.cause is not None and flaw.cause.kind == "unit"}
        if doubted or any(f.severity == "error" and self._is_grid(f.table) for f in submission.flaws):
            self.doubted.add(len(self.departments) - 1)
        for (_, formula), values in zip(self.measures, self.values, strict=True):
            value = formula.number(scope)
            values.append(_NO if value is None else float(value))
        for table, sizes in zip(self.tables, self.sizes, strict=True):
            measure = self.by_measure[table.id]
            size = measure[1].number(scope) if measure else scope(_first(table) or "")
            sizes.append(float(size) if isinstance(size, Decimal) and size > 0 and table.id not in doubted else _NO)
        at = self.form.role("score")
        score = figures.get(at.field.id) if at else None
        self.scores.append(_NO if score is None else float(score.number))

    def _is_grid(self, table: str) -> bool:
        return table in self.form.tables and self.form.tables[table].kind == "grid"

    def _measure_of(self, table: Table) -> tuple[Peer, Formula] | None:
        """An amount of the table that does not depend on the size of a department."""
        return next(((p, f) for p, f in self.measures if not p.share and self.form.fields[p.at].table.id == table.id), None)

    def done(self, found: Consolidation) -> None:
        groups: dict[str, list[int]] = {}
        for number, department in enumerate(self.departments):
            groups.setdefault(department.group or "", []).append(number)
        grouped = any(groups) if len(groups) > 1 else "" not in groups
        places = PeerPlaces([d.key for d in self.departments], self.values)
        result = Peers([peer for peer, _ in self.measures], [], places, grouped)
        in_yuan = self._in_yuan(found, groups)
        far: dict[int, list[tuple[float, int, Norm]]] = {}
        for group, members in groups.items():
            for k, (peer, _) in enumerate(self.measures):
                known = [n for n in members if not math.isnan(self.values[k][n]) and (n, self._table(peer)) not in in_yuan]
                self._measure(group, k, peer, known, places, far, result)
            self._scores(found, group, members)
        for number, each in far.items():
            self._tell(found, number, sorted(each, reverse=True)[:_MOST], places.of(number))
        if result.norms:
            found.extra[SHEET] = result

    def _table(self, peer: Peer) -> str:
        return self.form.fields[peer.at].table.id

    def _measure(
        self,
        group: str,
        k: int,
        peer: Peer,
        known: Sequence[int],
        places: PeerPlaces,
        far: dict[int, list[tuple[float, int, Norm]]],
        result: Peers,
    ) -> None:
        values = self.values[k]
        doubted = [n for n in known if n in self.doubted]
        known = [n for n in known if n not in self.doubted and (peer.share or values[n] > 0)]
        if len(known) < FEWEST:
            return
        for n in doubted:
            places.put(n, k, 0, len(known))
        centre, spread = _statistics([_scaled(values[n], peer.share) for n in known])
        norm = Norm(
            group,
            peer.label,
            peer.share,
            len(known),
            centre if peer.share else math.exp(centre),
            spread if peer.share else math.exp(spread),
            min(values[n] for n in known),
            max(values[n] for n in known),
        )
        result.norms.append(norm)
        sigma = max(spread * _SIGMA, _LEAST_SPREAD[peer.share])
        order = sorted((values[n] for n in known), reverse=True)
        ranks: dict[float, int] = {}
        for rank, value in enumerate(order, 1):
            ranks.setdefault(value, rank)
        for n in known:
            gap = abs(_scaled(values[n], peer.share) - centre)
            is_far = gap / sigma >= _FAR and gap >= (_GAP if peer.share else _TIMES)
            places.put(n, k, ranks[values[n]], len(known), is_far)
            if is_far:
                far.setdefault(n, []).append((gap / sigma, k, norm))

    # ---- findings

    def _tell(
        self, found: Consolidation, number: int, far: Sequence[tuple[float, int, Norm]], places: Sequence[Place | None]
    ) -> None:
        department = self.departments[number]
        figures = {f.field: f for f in counted(self.form, found.submission(department.current))}
        for _, k, norm in far:
            peer, place = self.measures[k][0], places[k]
            figure = figures.get(peer.at)
            if place is None or figure is None:
                continue
            label = self.form.fields[peer.at].field.label
            whose = "同组" if norm.group else "全部"
            if peer.share:
                told, usual = _percent(place.value), _percent(norm.median)
                compared = f"相差 {abs(place.value - norm.median) * 100:.2f} 个百分点"
                gap = f"{(place.value - norm.median) * 100:.2f}%"
            else:
                told, usual = _amount(place.value), _amount(norm.median)
                compared = f"为其 {_amount(place.value / norm.median)} 倍"
                gap = _amount(place.value - norm.median)
            unit = "" if peer.share else f" {self.form.edition.unit}"
            message = f"{place_of(figure, label)} {write_money(figure.number)}，{peer.label} {told}{unit}，"
            message += f"{whose} {norm.known} 个部门的中位数为 {usual}{unit}，{compared}，由高到低居第 {place.rank} 位。"
            found.between.append(
                between(
                    rule_of("measure_far_from_peers"),
                    department,
                    message,
                    figure,
                    actual=told,
                    expected=usual,
                    difference=gap,
                )
            )

    def _in_yuan(self, found: Consolidation, groups: dict[str, list[int]]) -> set[tuple[int, str]]:
        """The departments whose whole table is ten thousand times what its peers' is; by number and table."""
        flagged: set[tuple[int, str]] = set()
        for members in groups.values():
            for table, sizes in zip(self.tables, self.sizes, strict=True):
                known = [n for n in members if not math.isnan(sizes[n])]
                if len(known) < FEWEST:
                    continue
                centre, spread = _statistics([math.log(sizes[n]) for n in known])
                sigma = max(spread * _SIGMA, _LEAST_SPREAD[False])
                for n in known:
                    gap = math.log(sizes[n]) - centre
                    if gap / sigma >= _FAR and abs(gap - _YUAN) <= 2 * sigma + math.log(2) and gap > _YUAN / 2:
                        flagged.add((n, table.id))
                        self._tell_yuan(found, n, table, len(known), math.exp(centre))
        return flagged

    def _tell_yuan(self, found: Consolidation, number: int, table: Table, count: int, usual: float) -> None:
        department = self.departments[number]
        field = _first(table) or ""
        figure = next(
            (f for f in counted(self.form, found.submission(department.current)) if (f.table, f.field) == (table.id, field)), None
        )
        if figure is None:
            return
        measure = self.by_measure[table.id]
        size = self.sizes[self.tables.index(table)][number]
        what = f"{measure[0].label} {_amount(size)} 万元，" if measure else ""
        mended = figure.number / 10_000
        message = f"{place_of(figure, table.fields[field].label)} {write_money(figure.number)} 万元，{what}是同类 {count} 个部门"
        message += f"中位数 {_amount(usual)} 万元的 {size / usual:.0f} 倍，“{table.title}”整张表可能是以元填写的，"
        message += f"换算后为 {write_money(mended)} 万元。"
        found.between.append(
            msgspec.structs.replace(
                between(
                    rule_of("table_in_yuan_against_peers"),
                    department,
                    message,
                    figure,
                    actual=write_money(figure.number),
                    expected=write_money(mended),
                    difference=write_money(figure.number - mended),
                ),
                cause=Cause("unit", fields=(field,)),
            )
        )

    def _scores(self, found: Consolidation, group: str, members: Sequence[int]) -> None:
        at = self.form.role("score")
        known = [n for n in members if not math.isnan(self.scores[n])]
        if at is None or len(known) < _SCORES or any(self.scores[n] < float(_HIGH) for n in known):
            return
        whose = f"“{group}”组" if group else "全部"
        names = "、".join(f"“{self.departments[n].name}”" for n in known[:NAMED])
        rest = f"等 {len(known)} 个部门" if len(known) > NAMED else ""
        found.suggestions.append(f"{whose}的自评得分都不低于 {_HIGH} 分，看不出差别：{names}{rest}。")
        for n in known:
            submission = found.submission(self.departments[n].current)
            figure = next((f for f in submission.figures if f.field == at.field.id and f.table == at.table.id), None)
            score = Decimal(submission.score or "0")
            among = f"{'同组' if group else '全部'} {len(known)} 个部门"
            message = f"“{at.field.label}” {write_number(score)}，{among}的得分都不低于 {_HIGH} 分。"
            found.between.append(
                between(rule_of("scores_all_high"), self.departments[n], message, figure, actual=write_number(score))
            )


class _Scope:
    """What names mean in a measure: the figures as their parts give them, so that a wrong total is no outlier of its own."""

    def __init__(self, figures: dict[str, Figure]) -> None:
        self.figures = figures

    def __call__(self, name: str) -> Value:
        figure = self.figures.get(name)
        return None if figure is None else figure.number if figure.from_parts is None else Decimal(figure.from_parts)

    typed = shown = __call__

    def column(self, table: str, field: str) -> Sequence[Value]:
        return ()


def _first(table: Table) -> str | None:
    """The figure that tells how large a table's amounts are."""
    return next((f.id for f in table.field if f.type == "money" and f.aggregate == "sum" and not f.under), None)


def _scaled(value: float, share: bool) -> float:
    return value if share else math.log(value)


def _statistics(values: Sequence[float]) -> tuple[float, float]:
    """Median and MAD."""
    centre = median(values)
    return centre, median(abs(v - centre) for v in values)


def _percent(value: float) -> str:
    return f"{value * 100:.2f}%"


def _amount(value: float) -> str:
    return write_money(rounded(Decimal(repr(value)), 2))
