"""The catalogue of rules, in the order in which they are listed. Numbers are never used again.

R1xx sums and formulas · R2xx what stands in the workbook · R3xx figures against each other (R301–R305 are data of the edition) ·
R4xx indicators and evaluation · R5xx narrative and its tables.
"""

from __future__ import annotations

from xlprocess.rules.balance_differs_from_formula import balance_differs_from_formula
from xlprocess.rules.rule import Rule
from xlprocess.rules.summary_differs_from_organisations import summary_differs_from_organisations
from xlprocess.rules.total_differs_from_lines import total_differs_from_lines
from xlprocess.rules.total_differs_from_parts import total_differs_from_parts
from xlprocess.rules.total_is_zero_over_parts import total_is_zero_over_parts

CATALOGUE: tuple[Rule, ...] = (
    total_differs_from_parts,
    total_is_zero_over_parts,
    summary_differs_from_organisations,
    balance_differs_from_formula,
    total_differs_from_lines,
)
