"""Where a child goes: the order that the schema demands in a worksheet, a workbook and its styles."""

from __future__ import annotations

from xlprocess.books.package import Element, local

_WORKSHEET = """
    sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
    scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting
    dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks
    customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture
    oleObjects controls webPublishItems tableParts extLst
"""
_WORKBOOK = """
    fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences
    definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing
    fileRecoveryPr webPublishObjects extLst
"""
_STYLES = "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"
_ORDERS = {
    root: tuple(names.split()) for root, names in (("worksheet", _WORKSHEET), ("workbook", _WORKBOOK), ("styleSheet", _STYLES))
}


def insert(parent: Element, made: Element) -> None:
    """The new child into its place: before the first one that must come later."""
    order = _ORDERS[local(parent)]
    mine = order.index(local(made))
    for at, child in enumerate(parent):
        if _rank(child, order) > mine:
            parent.insert(at, made)
            return
    parent.append(made)


def _rank(child: Element, order: tuple[str, ...]) -> int:
    """Alternatives (mc:AlternateContent) hide what stands in their place: controls, OLE objects."""
    if local(child) == "AlternateContent":
        return max((order.index(name) for e in child.iter() if (name := local(e)) in order), default=-1)
    name = local(child)
    return order.index(name) if name in order else -1
