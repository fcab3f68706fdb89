"""The summary workbook (汇总): from a Consolidation to a file of Excel that one can look at, filter, print and trace back.

Consolidation ─ row by row (counts, totals, charts) ─► sheets with their totals above ─► 总览 and its charts

The departments go by once, one at a time; neither their figures nor the rows are held in memory.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from xlprocess import __version__
from xlprocess.consolidation import against_accounts, internal, peers, years
from xlprocess.consolidation.between import blamed
from xlprocess.consolidation.consolidation import Consolidation
from xlprocess.consolidation.earlier_summary import KEPT_PROPERTY
from xlprocess.form.load import Form
from xlprocess.uncollected import seldom_collected
from xlprocess.writers.summary.against_accounts import Accounts
from xlprocess.writers.summary.book import Book
from xlprocess.writers.summary.carried import Carrier
from xlprocess.writers.summary.diagrams import SCORES, Drawn, Plot, distribution, points, write_data
from xlprocess.writers.summary.editions import editions
from xlprocess.writers.summary.findings import Answers, Changes, Findings
from xlprocess.writers.summary.handing_in import HandingIn, Sources
from xlprocess.writers.summary.internal import Dealings, Without
from xlprocess.writers.summary.lines import Lines
from xlprocess.writers.summary.overview import Overview
from xlprocess.writers.summary.peers import PeerNorms, PeerPlaces
from xlprocess.writers.summary.scores import Scores
from xlprocess.writers.summary.section import Section
from xlprocess.writers.summary.years import LastYears

if TYPE_CHECKING:
    from xlprocess.writers.data import DataFiles

ROWS = 1_048_576
"""Rows that a sheet of Excel holds."""


@seldom_collected()
def write_summary(
    consolidation: Consolidation, path: Path, *, base: Path | None = None, rows: int = ROWS, data: DataFiles | None = None
) -> None:
    """Writes the summary workbook to `path`, which is written straight on: the caller moves it to its place in one step.

    `base`: the folder in which it will stand, from which its links to the workbooks lead; that of `path` unless it is given.
    `rows`: how many rows a sheet holds; a longer list is split, and says so.
    `data`: takes the rows of every list as well. Raises OSError."""
    book = Book(path, (base or path.parent).absolute(), rows)
    book.book.set_properties({"title": f"{consolidation.form.edition.title}汇总", "comments": ""})
    overview = Overview(book, consolidation)
    form = consolidation.form
    handing_in = HandingIn(book, consolidation)
    also = blamed(consolidation)
    used = editions(book, consolidation, also)
    scores, findings = Scores(book, consolidation), Findings(book, consolidation)
    program = f"xlprocess {__version__}"
    sources = Sources(book, consolidation, program)
    questions = overview.questions()
    sections: list[Section] = [*([questions] if questions else []), handing_in, *used[0].amounts, scores]
    sections += [*used[0].lines, *used[0].organisations]
    for edition in used[1:]:
        sections += edition.sections
    sections += comparing(book, consolidation)
    sections.append(findings)
    answers = sum(len(d.answered) for d in consolidation.departments) + len(consolidation.kept)
    book.book.set_custom_property(KEPT_PROPERTY, str(answers + len(consolidation.verdicts)), "text")
    if answers:
        sections.append(Answers(book, consolidation))
    if any(d.changes for d in consolidation.departments):
        sections.append(Changes(book, consolidation))
    sections.append(sources)
    figures = [scores, *(section for edition in used for section in (*edition.amounts, *edition.organisations))]
    carrier = Carrier(book, consolidation, program, [section.listing for section in figures])

    if data is not None:
        for section in sections:
            section.listing.copy = data.table(section.listing.name, section.listing.columns).add

    drawn = Drawn(form)
    reported: Counter[int] = Counter()

    for department, submission in consolidation.current():
        for each in (handing_in, scores, findings, sources, drawn):
            each.tally(department, submission)
        for section in sections:
            for row in section.rows(department, submission):
                section.listing.add(row)
        carrier.add(department, submission)
        if submission.year is not None:
            reported[submission.year] += 1
        for edition in used:
            edition.adding.add(submission)

    for edition in used:
        edition.totals = edition.adding.found()
    for section in sections:
        if isinstance(section, Without):
            section.totals = used[0].totals
        for row in section.rest():
            section.listing.add(row)
    for section in sections:
        if section.listing.lines or not isinstance(section, Lines):
            section.listing.finish()
    carrier.end()
    if data is not None:
        data.finish()

    plots = [*drawn.plots(), *_plots(form, scores, findings)]
    heads = write_data(book, plots) if plots else []
    year = reported.most_common(1)[0][0] if reported else None
    overview.write(year, used, scores, findings, handing_in, list(zip(plots, heads, strict=True)))
    book.book.close()


def comparing(book: Book, consolidation: Consolidation) -> list[Section]:
    """The sheets of what was compared, where something was."""
    sections: list[Section] = []
    accounts = consolidation.extra.get(against_accounts.SHEET)
    if isinstance(accounts, against_accounts.AgainstAccounts):
        sections.append(Accounts(book, consolidation.form, accounts))
    last = consolidation.extra.get(years.SHEET)
    if isinstance(last, dict) and last:
        sections.append(LastYears(book, consolidation.form, last))
    found = consolidation.extra.get(peers.SHEET)
    if isinstance(found, peers.Peers):
        sections += [PeerPlaces(book, consolidation.form, found), PeerNorms(book, consolidation.form, found)]
    dealings = consolidation.extra.get(internal.SHEET)
    if isinstance(dealings, internal.Eliminated):
        sections += [Dealings(book, consolidation.form, dealings), Without(book, consolidation.form, dealings)]
    return sections


def _plots(form: Form, scores: Scores, findings: Findings) -> list[Plot]:
    plots: list[Plot] = []
    if scores.scores:
        plots.append(distribution("自评得分分布", scores.scores, SCORES, points))
    at = form.role("grade")
    known = [name for name, _ in at.field.bands] if at else []
    grades = [*known, *sorted(set(scores.grades) - set(known))]
    if scores.grades:
        plots.append(
            Plot("评价等次", "count", ("部门数",), [(name, (float(scores.grades[name]),)) for name in grades], "部门数", share=0.38)
        )
    most = findings.counts.most_common(12)
    if most:
        plots.append(
            Plot("检查发现的问题", "rules", ("处数",), [(name, (float(n),)) for (_, name, _), n in most], "处数", True, 0.62)
        )
    return plots
