Attribute VB_Name = "XlpButtons"
Option Explicit
' The buttons in the workbook itself.

Public Sub XlpRunChecks()
    XlpStart "run"
End Sub

Public Sub XlpClearNotes()
    XlpStart "clear"
End Sub
