"""The catalogue of rules, in the order in which they are listed. Numbers are never used again.

R1xx sums and formulas · R2xx what stands in the workbook · R3xx figures against each other (R301–R305 and R313 are data
of the edition yueyang-2021) · R4xx indicators and evaluation · R5xx tables of the narrative ·
R6xx texts against figures and against themselves · R7xx data of general-2022.
"""

from __future__ import annotations

from xlprocess.rules.amount_in_text_differs import amount_in_text_differs
from xlprocess.rules.amounts_look_like_yuan import amounts_look_like_yuan
from xlprocess.rules.balance_differs_from_formula import balance_differs_from_formula
from xlprocess.rules.carryover_differs_from_last_year import carryover_differs_from_last_year
from xlprocess.rules.change_in_text_contradicts_figures import change_in_text_contradicts_figures
from xlprocess.rules.completion_far_above_target import completion_far_above_target
from xlprocess.rules.derived_formula_replaced import derived_formula_replaced
from xlprocess.rules.figure_outside_form import figure_outside_form
from xlprocess.rules.formula_without_value import formula_without_value
from xlprocess.rules.found_elsewhere import found_elsewhere
from xlprocess.rules.full_marks_on_missed_target import full_marks_on_missed_target
from xlprocess.rules.fund_of_another_year import fund_of_another_year
from xlprocess.rules.fund_used_for_running_costs import fund_used_for_running_costs
from xlprocess.rules.fund_without_amount import fund_without_amount
from xlprocess.rules.grade_in_text_differs import grade_in_text_differs
from xlprocess.rules.grade_not_of_band import grade_not_of_band
from xlprocess.rules.heading_over_other_content import heading_over_other_content
from xlprocess.rules.indicator_repeated import indicator_repeated
from xlprocess.rules.label_altered import label_altered
from xlprocess.rules.listed_items_differ_from_count import listed_items_differ_from_count
from xlprocess.rules.listed_parts_differ_from_whole import listed_parts_differ_from_whole
from xlprocess.rules.name_or_code_differs_from_last_year import name_or_code_differs_from_last_year
from xlprocess.rules.negative_amount import negative_amount
from xlprocess.rules.no_measurable_target import no_measurable_target
from xlprocess.rules.not_filled_in import not_filled_in
from xlprocess.rules.nothing_claimed_beside_figure import nothing_claimed_beside_figure
from xlprocess.rules.number_unreadable import number_unreadable
from xlprocess.rules.organisation_in_one_table import organisation_in_one_table
from xlprocess.rules.organisation_named_differently import organisation_named_differently
from xlprocess.rules.organisations_not_filled import organisations_not_filled
from xlprocess.rules.placeholder_left import placeholder_left
from xlprocess.rules.points_lost_without_reason import points_lost_without_reason
from xlprocess.rules.previous_report_of_another_year import previous_report_of_another_year
from xlprocess.rules.printed_hint_left import printed_hint_left
from xlprocess.rules.quantity_answered_with_percentage import quantity_answered_with_percentage
from xlprocess.rules.rate_differs_from_figures import rate_differs_from_figures
from xlprocess.rules.required_blank import required_blank
from xlprocess.rules.row_outside_sums import row_outside_sums
from xlprocess.rules.row_without_name import row_without_name
from xlprocess.rules.rule import Rule
from xlprocess.rules.sheet_missing import sheet_missing
from xlprocess.rules.social_items_are_employer_contributions import social_items_are_employer_contributions
from xlprocess.rules.special_funds_describe_part_of_projects import special_funds_describe_part_of_projects
from xlprocess.rules.special_funds_exceed_projects import special_funds_exceed_projects
from xlprocess.rules.subordinates_named_but_blank import subordinates_named_but_blank
from xlprocess.rules.summary_differs_from_organisations import summary_differs_from_organisations
from xlprocess.rules.table_missing import table_missing
from xlprocess.rules.template_outdated import template_outdated
from xlprocess.rules.text_read_as_number import text_read_as_number
from xlprocess.rules.total_differs_from_lines import total_differs_from_lines
from xlprocess.rules.total_differs_from_parts import total_differs_from_parts
from xlprocess.rules.total_is_zero_over_parts import total_is_zero_over_parts
from xlprocess.rules.value_out_of_range import value_out_of_range
from xlprocess.rules.year_in_text_is_another import year_in_text_is_another

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
    row_outside_sums,
    organisation_in_one_table,
    row_without_name,
    fund_without_amount,
    figure_outside_form,
    amounts_look_like_yuan,
    name_or_code_differs_from_last_year,
    carryover_differs_from_last_year,
    negative_amount,
    rate_differs_from_figures,
    grade_not_of_band,
    value_out_of_range,
    previous_report_of_another_year,
    special_funds_exceed_projects,
    no_measurable_target,
    quantity_answered_with_percentage,
    points_lost_without_reason,
    full_marks_on_missed_target,
    completion_far_above_target,
    indicator_repeated,
    special_funds_describe_part_of_projects,
    fund_of_another_year,
    social_items_are_employer_contributions,
    amount_in_text_differs,
    listed_parts_differ_from_whole,
    change_in_text_contradicts_figures,
    listed_items_differ_from_count,
    nothing_claimed_beside_figure,
    year_in_text_is_another,
    fund_used_for_running_costs,
    printed_hint_left,
    heading_over_other_content,
    subordinates_named_but_blank,
    grade_in_text_differs,
)
