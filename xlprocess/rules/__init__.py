"""The catalogue of rules, in the order in which they are listed. Numbers are never used again.

R1xx sums and formulas · R2xx what stands in the workbook · R3xx figures against each other (R301–R305 are data of the edition) ·
R4xx indicators and evaluation · R5xx narrative and its tables.
"""

from __future__ import annotations

from xlprocess.rules.balance_differs_from_formula import balance_differs_from_formula
from xlprocess.rules.derived_formula_replaced import derived_formula_replaced
from xlprocess.rules.formula_without_value import formula_without_value
from xlprocess.rules.found_elsewhere import found_elsewhere
from xlprocess.rules.label_altered import label_altered
from xlprocess.rules.not_filled_in import not_filled_in
from xlprocess.rules.number_unreadable import number_unreadable
from xlprocess.rules.organisation_named_differently import organisation_named_differently
from xlprocess.rules.organisations_not_filled import organisations_not_filled
from xlprocess.rules.placeholder_left import placeholder_left
from xlprocess.rules.required_blank import required_blank
from xlprocess.rules.rule import Rule
from xlprocess.rules.sheet_missing import sheet_missing
from xlprocess.rules.summary_differs_from_organisations import summary_differs_from_organisations
from xlprocess.rules.table_missing import table_missing
from xlprocess.rules.template_outdated import template_outdated
from xlprocess.rules.text_read_as_number import text_read_as_number
from xlprocess.rules.total_differs_from_lines import total_differs_from_lines
from xlprocess.rules.total_differs_from_parts import total_differs_from_parts
from xlprocess.rules.total_is_zero_over_parts import total_is_zero_over_parts

CATALOGUE: tuple[Rule, ...] = (
    total_differs_from_parts,
    total_is_zero_over_parts,
    summary_differs_from_organisations,
    balance_differs_from_formula,
    total_differs_from_lines,
    required_blank,
    number_unreadable,
    text_read_as_number,
    formula_without_value,
    sheet_missing,
    table_missing,
    label_altered,
    derived_formula_replaced,
    template_outdated,
    found_elsewhere,
    organisation_named_differently,
    not_filled_in,
    placeholder_left,
    organisations_not_filled,
)
