"""Drop-down lists and input limits. They warn and never block: people type —, 无 and texts with units, and these are read."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from xlprocess.form.layout import Layout, SheetPlan


def validate(sheet: Worksheet, plan: SheetPlan, layout: Layout) -> None:
    """Limits for every input cell of a sheet."""
