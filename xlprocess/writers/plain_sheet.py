"""A sheet of XlsxWriter for formulas of ours."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class PlainSheet(Worksheet):  # type: ignore[misc]
    """Our formulas use no function that Excel keeps under another name, or write it so themselves, and need not be searched for the
    thirty that XlsxWriter knows. Half of the time of making a workbook with many organisations was that."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")
