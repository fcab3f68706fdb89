"""Why an identity is broken: the one simple slip that, once mended, lets every identity of its cell hold.

Pure. Knows figures and identities, no form and no Excel. What decides is the rest of the table:

1. every cell of a broken identity is a suspect, and what it would have to be is known: a slip must lead from there to
   what was typed (`slips`);
2. a slip is mended in its one cell. A total that was right before and is not any more was added up from the wrong
   figure: it is mended too, up to 汇总. A printed balance is not: it denies the slip;
3. a slip that leaves an identity of its cells broken explains nothing, unless further slips mend the rest;
4. of the slips left the ones that mend most identities count; `_judge` names one of them, or says what competes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, get_args

import msgspec

from xlprocess.blank_cells import blank_cells
from xlprocess.finding import Cause, CauseKind
from xlprocess.identity import ZERO, Identity, Spot, in_print
from xlprocess.mending import DIGITS, Mended, Slip, Table, Testimony
from xlprocess.suspects import any_slips, missing_items, simple_slips
from xlprocess.whole_rows import whole_rows

PATIENCE = 300
"""Slips tried together at most, where no single one explains."""

KINDS: tuple[CauseKind, ...] = get_args(CauseKind)
ADDENDS = ("columns", "lines", "organisations", "operands")


class Diagnosis(msgspec.Struct, frozen=True):
    """One broken identity. `blamed` is where its finding stands: the cell that the cause blames, else the total.

    `competing` holds the possible causes where none is certain: several that exclude each other, or a single one that
    nothing confirms. `follows` is the `blamed` cell of the diagnosis that this one only follows from. `mended` is what
    mending the slip would make of its cells, copies in 汇总 and totals added up from it included (0: to be emptied);
    it is empty without a cause, and where an item is missing that has no cell. `evidence` is the amount elsewhere that
    equals a missing item. A single cell that mends all that is broken around it, and is wrong in no simple way, is
    blamed and mended without a cause."""

    identity: Identity
    difference: Decimal
    expected: Decimal
    blamed: Spot
    cause: Cause | None = None
    competing: tuple[Cause, ...] = ()
    follows: Spot | None = None
    mended: tuple[tuple[Spot, Decimal], ...] = ()
    evidence: Spot | None = None


def diagnose(
    figures: Mapping[Spot, Decimal],
    identities: Sequence[Identity],
    summary_row: str | None = "汇总",
    elsewhere: Mapping[Spot, Decimal] | None = None,
    testify: Testimony | None = None,
) -> list[Diagnosis]:
    """One Diagnosis for each broken identity, roots first, then what follows; the order of the input does not matter.

    `figures` holds what somebody typed (blank ones are absent), `identities` those whose total is stated. `elsewhere`
    holds other amounts of the report, which confirm that an item of that amount is missing; `testify` what was computed from the
    figures: it denies a slip whose mending it would belie, and confirms one whose mending lets it hold."""
    if all(identity.holds(figures) for identity in identities):
        return []
    table = Table(figures, _in_order(tuple(identities), summary_row), summary_row, elsewhere or {}, testify)
    return sorted(_told(table, _explained(table)), key=lambda each: each.follows is not None)


@lru_cache(maxsize=1 << 6)  # the workbooks of a batch are of one form: most have the same sums
def _in_order(identities: tuple[Identity, ...], summary_row: str | None) -> tuple[Identity, ...]:
    columns = [each for each in identities if each.addends == "organisations"]
    longest = max(columns, key=lambda each: (len(each.parts), repr(each.total)), default=None)
    rows = {term.spot.row: place for place, term in enumerate(longest.parts)} if longest else {}

    def order(each: Identity) -> tuple[object, ...]:
        table, row, field = each.total
        place = rows.get(row, len(rows))
        first = [(term.sign, in_print(term.spot)) for term in each.parts[:2]]
        return row == summary_row, place, row or "", table, field, ADDENDS.index(each.addends), first

    return tuple(sorted(identities, key=order))


def _mended(table: Table, index: int, candidates: Iterable[Slip]) -> list[Mended]:
    """The slips that let this identity hold and break none; of each kind and cell the one that mends best."""
    found: dict[tuple[object, ...], Mended] = {}
    for slip in candidates:
        key = (slip.kind, slip.blamed, slip.concerned)
        for tried in table.ways(slip):
            if index in tried.mends and (key not in found or tried.worth > found[key].worth):
                found[key] = tried
    return list(found.values())


class _Verdict(NamedTuple):
    """What is said of the identities that one slip explains, or one of several that compete. `shared` are those that
    each of these mends, `sure` says that the cell is known, if not in which way it is wrong."""

    root: int
    blamed: Spot
    cause: Cause | None
    competing: tuple[Cause, ...]
    tried: Mended
    members: frozenset[int]
    shared: frozenset[int]
    sure: bool


def _explained(table: Table) -> list[_Verdict]:
    """Slips from the surest to the least sure; what is mended by one is right for the next."""
    verdicts: list[_Verdict] = []
    for step in (_blank_rows, _blank_cells, _rows_left_out, _alone, _together, _rows_in_yuan, _by_itself, _unconfirmed):
        while table.broken and (chosen := step(table)):
            verdicts += chosen
            table = table.after(each.tried for each in chosen)
    return verdicts


def _blank_rows(table: Table) -> list[_Verdict]:
    """汇总 holds what a single organisation should have in a table in which it has nothing: the amounts missed in its
    columns, two and more besides totals, add up as its own row would."""
    columns = [index for index, each in enumerate(table.identities) if each.addends == "organisations"]
    rows = {term.spot.row for index in columns for term in table.identities[index].parts}
    found: list[_Verdict] = []
    for name in sorted({table.identities[index].total.table for index in table.broken}):
        blank = rows - {spot.row for spot in table.figures if spot.table == name}
        short = [index for index in columns if index in table.broken and table.identities[index].total.table == name]
        if len(blank) != 1 or any(table.difference[index] <= 0 for index in short):
            continue
        (row,) = blank
        missed = {table.identities[index].total: table.difference[index] for index in short}
        sums = [
            each
            for each in table.identities
            if each.addends == "columns" and each.total in missed and each.total.row == table.summary
        ]
        if (
            not sums
            or len(missed.keys() - {each.total for each in sums}) < 2
            or not all(
                abs(missed[each.total] - sum((missed.get(term.spot, ZERO) for term in each.parts), ZERO)) <= each.tolerance
                for each in sums
            )
        ):
            continue
        for index in short:
            total, amount = table.identities[index].total, table.difference[index]
            cell = total._replace(row=row)
            slip = Slip("missing_item", total, (cell,), (), ((index, -amount),))
            if any(term.spot == cell for term in table.identities[index].parts):
                slip = slip._replace(blamed=cell, cells=((cell, amount),), shifts=())
            tried = table.mend(slip)
            if tried is not None:
                cause = Cause("missing_item", (total.field,), () if row is None else (row,))
                members = frozenset([index])
                found.append(_Verdict(index, slip.blamed, cause, (), tried, members, members, True))
    return found


def _blank_cells(table: Table) -> list[_Verdict]:
    """Several cells are blank whose amounts 汇总 and their own row miss."""
    return _of_shares(table, blank_cells(table))


def _rows_left_out(table: Table) -> list[_Verdict]:
    """汇总 leaves an organisation's row out, or adds it up twice, in every column of a table."""
    return _of_shares(table, whole_rows(table, ("omitted_addend", "counted_twice")))


def _rows_in_yuan(table: Table) -> list[_Verdict]:
    """An organisation's row was typed in yuan, its balances too."""
    return _of_shares(table, whole_rows(table, ("unit",)))


def _of_shares(table: Table, shares: Iterable[tuple[int, Mended]]) -> list[_Verdict]:
    return [
        _Verdict(index, tried.slip.blamed, tried.slip.cause(table.identities[index]), (), tried, tried.mends, tried.mends, True)
        for index, tried in shares
    ]


def _alone(table: Table) -> list[_Verdict]:
    """One slip that lets every identity of its cells hold, unless a cell wrong in some other way explains more."""
    strong, weak, wild = (_clean(table, each) for each in (simple_slips, missing_items, any_slips))
    proper = [each for each in wild if each.exact and _is_confirmed(table, each)]
    strong = _exact_first(strong, proper)
    weighty = [
        each
        for each in wild
        if any(each.gains > other.gains for other in strong)
        or (each in proper and not any(other.mends & each.mends for other in strong))
    ]
    blank = [each for each in weak if each.slip.cells and _is_confirmed(table, each)]
    return _chosen(table, strong, weak, weighty + blank)


def _exact_first(found: list[Mended], proper: Iterable[Mended] = ()) -> list[Mended]:
    """Without what is right only within the tolerance, where something else that mends as much is right to the last digit:
    a simple slip, or (`proper`, against digits behind the point, which fit by chance) a cell that is wrong in any way."""
    exact = [each for each in found if each.exact and each.slip.kind]

    def is_beaten(each: Mended) -> bool:
        if any(other.gains >= each.gains for other in exact):
            return True
        return _is_small(each) and any(other.gains >= each.gains for other in proper)

    return [each for each in found if each.exact or not is_beaten(each)]


def _clean(table: Table, candidates: Callable[[Table, int], Iterator[Slip]]) -> list[Mended]:
    """The slips that leave no identity of their cells broken."""
    found = [each for index in sorted(table.broken) for each in _mended(table, index, candidates(table, index))]
    return [each for each in found if not each.leaves]


def _is_small(tried: Mended) -> bool:
    """Digits behind the point: within a tolerance they fit almost anything."""
    return tried.slip.kind in DIGITS and abs(tried.changes[tried.slip.blamed]) < 1


def _together(table: Table) -> list[_Verdict]:
    """Slips that only together let every identity of their cells hold: the fewest."""
    order = sorted(table.broken)
    budget = [PATIENCE]
    solutions: list[tuple[tuple[int, Mended], ...]] = []

    def search(now: Table, start: int, due: frozenset[int], done: tuple[tuple[int, Mended], ...]) -> None:
        if done and not due & now.broken:
            solutions.append(done)
            return
        if (solutions and len(done) >= len(solutions[0])) or len(done) > PATIENCE // 4:
            return
        for place in range(start, len(order)):
            if order[place] not in now.broken:
                continue
            for tried in _mended(now, order[place], simple_slips(now, order[place])):
                if budget[0] <= 0:
                    return
                budget[0] -= 1
                search(now.after([tried]), place + 1, due | tried.leaves, (*done, (order[place], tried)))

    search(table, 0, frozenset(), ())
    if not solutions:
        return []
    fewest = min(len(each) for each in solutions)
    solutions = [each for each in solutions if len(each) == fewest]
    found = []
    for place, (index, tried) in enumerate(solutions[0]):
        tied = [each[place][1] for each in solutions if each[place][0] == index]
        tied += _same_mend(table, tried)
        weak = _mended(table, index, missing_items(table, index))
        found.append(_judge(table, [tried, *(each for each in tied if each.mends >= tried.mends)], weak))
    return found


def _same_mend(table: Table, tried: Mended) -> list[Mended]:
    """Other slips that make the same of the same cell: those of the sums whose total it is were perhaps not looked at."""
    sums = [index for index in table.totalling.get(tried.slip.blamed, ()) if index in table.broken]
    slips = [slip for index in sums for slip in simple_slips(table, index)]
    return [tried._replace(slip=slip) for slip in slips if slip.cells == tried.slip.cells and slip.kind != tried.slip.kind]


def _by_itself(table: Table) -> list[_Verdict]:
    """A slip that lets the identities of its own cells hold, though something else is wrong in a total above."""
    found = []
    for index in sorted(table.broken):
        if index not in table.broken:
            continue
        strong = [
            each
            for each in _mended(table, index, simple_slips(table, index))
            if each.leaves.isdisjoint(touched for spot, _ in each.slip.cells for touched, _ in table.touching[spot])
        ]
        most = max((len(each.gains) for each in strong), default=0)
        if strong:
            weak = _mended(table, index, missing_items(table, index))
            found.append(_judge(table, [each for each in strong if len(each.gains) == most], weak))
            table = table.after([found[-1].tried])
    return found


def _unconfirmed(table: Table) -> list[_Verdict]:
    """A missing item, where there is room for one; or a cell that is wrong in some way, and all that comes from it."""
    weak = [each for each in _clean(table, missing_items) if _has_room(table, each)]
    most = max((len(each.gains) for each in weak), default=1)
    wrong = [each for each in _clean(table, any_slips) if len(each.gains) > most]
    return _chosen(table, wrong, weak, weak)


def _has_room(table: Table, tried: Mended) -> bool:
    """Somewhere an item can be missing: in a list, in a blank cell. Or it is known which."""
    return tried.slip.evidence is not None or any(
        table.identities[index].addends == "lines" or any(table.figure(spot) is None for spot in table.room.get(index, ()))
        for index in tried.mends
    )


def _chosen(table: Table, strong: list[Mended], weak: list[Mended], surer: list[Mended]) -> list[_Verdict]:
    """Verdicts that do not touch each other, those that mend most first."""
    pool = sorted([*strong, *surer], key=lambda each: (-len(each.gains), min(each.mends)))
    found: list[_Verdict] = []
    used: set[int] = set()
    for first in pool:
        tied = [each for each in pool if len(each.gains) == len(first.gains) and each.mends & first.mends]
        near = {index for each in tied for index in each.moved}
        if not used & near:
            slips_tied = [each for each in tied if each.slip.kind != "missing_item"]
            found.append(_judge(table, slips_tied, [each for each in weak if each.mends & first.mends]))
        used |= near
    return found


def _is_confirmed(table: Table, tried: Mended) -> bool:
    """Two identities agree that are no copies of each other, or what was computed from the cell agrees."""
    if tried.heard:
        return True
    totals = [table.identities[index] for index in tried.mends]
    return len({(each.total.table, each.total.field, each.addends) for each in totals}) > 1


def _judge(table: Table, strong: list[Mended], weak: list[Mended]) -> _Verdict:
    """One cause is named. Of one kind on several cells the total is blamed. Otherwise the causes compete."""
    strong = _exact_first(strong)
    most = max(len(each.gains) for each in strong or weak)
    weak = [each for each in weak if len(each.gains) >= most]
    weak = [each for each in weak if len(each.gains) == max(len(other.gains) for other in weak)]
    strong = [each for each in strong if each.slip.kind] or ([] if weak else strong)
    strong = [each for each in strong if not each.spreads] or strong
    kinds = {each.slip.kind for each in strong}
    fewest = min((len(each.slip.concerned) for each in strong if each.slip.kind == "omitted_addend"), default=0)
    tied = [each for each in strong if each.slip.kind != "omitted_addend" or len(each.slip.concerned) == fewest]
    proven = any(each.slip.evidence for each in weak)
    if not strong or (proven and kinds == {"mistyped_digit"}):
        tied = weak
    elif weak and (proven or "mistyped_digit" in kinds):
        tied = [*tied, *weak]
    tied = [each for each in tied if not each.halfway] or tied
    cells = {each.slip.blamed for each in tied}
    members = frozenset(index for each in tied for index in each.mends)
    shared = frozenset.intersection(*(each.mends for each in tied))

    def rank(index: int) -> tuple[bool, bool, int, int]:
        each = table.identities[index]
        apart = cells.isdisjoint(term.spot for term in each.parts)
        return each.total not in cells, apart, ADDENDS.index(each.addends), index

    root = min(members, key=rank)
    identity = table.identities[root]
    missing = [each for each in tied if each.slip.kind == "missing_item"]
    if len({each.slip.blamed for each in missing}) > 1:  # which cell it is missing in is not known
        bare = missing[0].slip
        concerned = bare.concerned if bare.evidence else (identity.total,)
        tied = [each for each in tied if each not in missing]
        tied.append(missing[0]._replace(slip=bare._replace(blamed=identity.total, concerned=concerned, cells=())))
    causes = {(each.slip.cause(identity), each.slip.blamed): each for each in tied}
    at_total = [cause for cause, blamed in causes if blamed == identity.total]
    if len({each.slip.kind for each in tied}) == 1 and (len(causes) == 1 or len(at_total) == 1):
        (cause, blamed), tried = next(found for found in causes.items() if len(causes) == 1 or found[0][1] == identity.total)
        if cause is not None and _is_certain(table, identity, tried):
            return _Verdict(root, blamed, cause, (), tried, members, shared, True)
    if len(cells) == 1 and tied[0].slip.kind is None and tied[0].exact and _is_confirmed(table, tied[0]):
        return _Verdict(root, tied[0].slip.blamed, None, (), tied[0], members, shared, True)
    rest = sorted(
        {cause: blamed != identity.total for cause, blamed in reversed(causes) if cause is not None}.items(),
        key=lambda found: (found[1], KINDS.index(found[0].kind), found[0].fields, found[0].rows),
    )
    return _Verdict(root, identity.total, None, tuple(cause for cause, _ in rest), tied[0], members, shared, False)


def _is_certain(table: Table, identity: Identity, tried: Mended) -> bool:
    """A balance that is off by one digit may be right. An item is missing where a list is open, where all is blank,
    where an equal amount stands elsewhere, or where a blank cell is missed twice."""
    slip = tried.slip
    doubtful = slip.kind == "mistyped_digit" or _is_small(tried)
    if doubtful and not tried.exact and not _is_confirmed(table, tried):
        return False
    if slip.kind in DIGITS and tried.spreads and _one_cell_mends(table, tried):
        return False
    if slip.kind == "mistyped_digit":
        return _is_confirmed(table, tried) or not all(table.is_balance(index) for index in tried.mends)
    if slip.kind == "missing_item":
        blank = all(table.figure(term.spot) is None for term in identity.parts)
        sure = slip.evidence is not None or blank or identity.addends == "lines"
        if sure or not slip.cells or not _is_confirmed(table, tried):
            return sure
        return not any(each.mends >= tried.mends for each in _clean(table, any_slips))
    return True


def _one_cell_mends(table: Table, tried: Mended) -> bool:
    """Another cell alone, wrong in some other way, would mend the same, and nothing would have been added up from it."""
    others = (each for each in _clean(table, any_slips) if each.exact and not each.spreads)
    return any(each.gains >= tried.gains and each.slip.blamed not in tried.slip.concerned for each in others)


def _told(table: Table, verdicts: list[_Verdict]) -> Iterator[Diagnosis]:
    """One Diagnosis for each broken identity: roots, what follows from them, and what nothing explains."""
    verdicts = sorted(verdicts, key=lambda each: each.root)
    roots = {each.root: each for each in reversed(verdicts)}
    final: dict[Spot, Decimal] = {}
    for spot, change in (found for each in verdicts if each.sure for found in each.tried.changes.items()):
        final[spot] = final.get(spot, table.figures.get(spot, ZERO)) + change
    for index in sorted(table.broken):
        identity, difference = table.identities[index], table.difference[index]
        plain = Diagnosis(identity, difference, identity.expected(table.figures), identity.total)
        if index in roots:
            verdict = roots[index]
            yield msgspec.structs.replace(
                plain,
                blamed=verdict.blamed,
                cause=verdict.cause,
                competing=verdict.competing,
                mended=tuple((spot, final[spot]) for spot in verdict.tried.cells) if verdict.sure else (),
                evidence=verdict.tried.slip.evidence if verdict.cause else None,
            )
            continue
        owners = [each for each in verdicts if _takes_part(each, index, identity)]
        if not owners:
            yield plain
            continue
        copied = [each for each in owners if _is_copy(table, identity, table.identities[each.root])]
        first = (copied or owners)[0]
        copy = first.blamed._replace(row=table.summary)
        same = all((each.cause, each.competing) == (first.cause, first.competing) for each in copied)
        plain = msgspec.structs.replace(plain, follows=first.blamed)
        if copied and same and (first.cause is None or not first.tried.cells or copy in first.tried.cells):
            taken = [spot for spot in first.tried.cells if spot.row == table.summary]
            plain = msgspec.structs.replace(
                plain,
                blamed=copy if first.cause else identity.total,
                cause=first.cause,
                competing=first.competing,
                mended=tuple((spot, final[spot]) for spot in taken) if first.cause else (),
                evidence=first.tried.slip.evidence if first.cause else None,
            )
        yield plain


def _takes_part(verdict: _Verdict, index: int, identity: Identity) -> bool:
    """The identity only follows: mending the cause moves it, each possible cause mends it, or it holds the blamed cell."""
    if verdict.sure:
        return index in verdict.members or bool(verdict.tried.moved.get(index))
    if index in verdict.shared:
        return True
    cells = {identity.total, *(term.spot for term in identity.parts)}
    return verdict.blamed in cells and (index in verdict.members or bool(verdict.tried.moved.get(index)))


def _is_copy(table: Table, identity: Identity, of: Identity) -> bool:
    """The same sum, in 汇总."""
    row = table.summary
    return identity.total.row == row and identity.addends == of.addends and of.total._replace(row=row) == identity.total
