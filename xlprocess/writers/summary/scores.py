"""绩效得分: the departments ranked by their score, with their grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from xlprocess.consolidation.consolidation import Consolidation, Department
from xlprocess.consolidation.submission import Submission
from xlprocess.finding import Severity
from xlprocess.form.load import Form
from xlprocess.writers.summary.book import Book, Link, Look
from xlprocess.writers.summary.listing import Column, Listing, Row, Value
from xlprocess.writers.summary.section import LEADING, Section

NO_GRADE = "未填"


class Scores(Section):
    """The ranking. Departments with the same score share a place; those without one stand last, and those whose score is wrong:
    they are in no average."""

    def __init__(self, book: Book, consolidation: Consolidation) -> None:
        columns = [LEADING[0]._replace(head="名次"), *LEADING[1:], Column("分组", 14, wrap=True, optional=True)]
        columns.append(Column("表样", 9, optional=True))
        columns += [Column("得分", 11, "score", "score", "mean", bar=True), Column("等次", 8), Column("按得分应为", 10)]
        columns.append(Column("说明", 26, wrap=True, optional=True))
        columns += [Column("错误", 8, "count", total="sum"), Column("警告", 8, "count", total="sum")]
        columns += [Column("提示", 8, "count", total="sum"), Column("来源", 18, "link", on_paper=False)]
        self.listing = Listing(book, "绩效得分", columns, "按自评得分排名，得分相同名次相同。合计行的得分是平均分，随筛选变动。")
        self.form_of = consolidation.form_of
        self.is_mixed = len(consolidation.forms) > 1
        self.between: dict[str, list[Severity]] = {}
        for each in consolidation.between:
            self.between.setdefault(each.department, []).append(each.severity)
        self.found: list[tuple[Decimal | None, Department, Submission]] = []
        self.grades: Counter[str] = Counter()

    def tally(self, department: Department, submission: Submission) -> None:
        form = self.form_of(submission.form)
        self.grades[submission.grade or NO_GRADE] += 1
        at = form.role("score")
        place = [f for f in submission.figures if at is not None and (f.table, f.field) == (at.table.id, at.field.id)]
        counts = Counter(f.severity for f in submission.flaws)
        counts.update(self.between.get(department.key, ()))
        bare = Submission("checked", form=submission.form, score=submission.score, grade=submission.grade, figures=place)
        bare.rows = {k: ("",) * counts[k] for k in ("error", "warning", "notice")}
        score = number(submission.score)
        if score is not None and any(
            f.severity == "error" and at is not None and (f.table, f.field) == (at.table.id, at.field.id) for f in submission.flaws
        ):
            score, bare.error = None, f"填报的得分 {submission.score} 有错误，不排名，不计入平均分。"
        self.found.append((score, department, bare))

    @property
    def scores(self) -> list[Decimal]:
        return [score for score, _, _ in self.found if score is not None]

    def rest(self) -> Iterable[Row]:
        ranked = sorted(self.found, key=lambda f: (f[0] is None, -(f[0] or 0)))
        place, previous = 0, None
        for count, (score, department, submission) in enumerate(ranked, 1):
            if score != previous or count == 1:
                place, previous = count, score
            due = band(self.form_of(submission.form), score)
            at = submission.figures[0] if submission.figures else None
            link = Link(department.current.path, department.current)
            if at is not None and at.sheet:
                link = Link(f"{at.sheet}!{at.cell}", department.current, at.sheet, at.cell)
            values: list[Value] = [None if score is None else place, department.code, department.name, department.group]
            values += [f"{self.form_of(submission.form).edition.year}年" if self.is_mixed else None, score]
            values += [submission.grade, due, submission.error, *(len(submission.rows[k]) for k in ("error", "warning", "notice"))]
            looks: dict[int, Look] = {6: "blamed"} if submission.grade and due and submission.grade != due else {}
            if submission.error:
                looks[5] = "blamed"
            yield Row([*values, link], looks)


def number(text: str | None) -> Decimal | None:
    try:
        found = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def band(form: Form, score: Decimal | None) -> str | None:
    """The grade that a score gives."""
    at = form.role("grade")
    if at is None or score is None:
        return None
    return next((name for name, least in at.field.bands if score >= least), None)
