Attribute VB_Name = "XlpRibbon"
Option Explicit
' What the buttons of ribbon.xml call.

Public Sub XlpOnRun(control As IRibbonControl)
    XlpStart "run"
End Sub

Public Sub XlpOnFill(control As IRibbonControl)
    XlpStart "fill"
End Sub

Public Sub XlpOnClear(control As IRibbonControl)
    XlpStart "clear"
End Sub

Public Sub XlpOnDraft(control As IRibbonControl)
    XlpStart "draft"
End Sub

Public Sub XlpOnReport(control As IRibbonControl)
    XlpStart "report"
End Sub

Public Sub XlpOnConsolidate(control As IRibbonControl)
    XlpStart "consolidate"
End Sub

Public Sub XlpOnHelp(control As IRibbonControl)
    XlpStart "help"
End Sub
