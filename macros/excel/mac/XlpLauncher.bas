Attribute VB_Name = "XlpLauncher"
Option Explicit
' Excel for Mac: a macro reaches the world outside its sandbox only through a script that "xlprocess addin install" puts into
' ~/Library/Application Scripts/com.microsoft.Excel. Takes the place of the XlpLauncher for Windows in the add-in for macOS.

Public Sub XlpStart(ByVal action As String)
    Dim book As String
    On Error GoTo Blocked
    If Not ActiveWorkbook Is Nothing Then book = ActiveWorkbook.FullName
    If AppleScriptTask("xlprocess.applescript", "startButton", action & vbLf & book) <> "started" Then XlpSay XlpTextPythonGone()
    Exit Sub
Blocked:
    XlpSay XlpTextNotInstalled()
End Sub

Public Sub XlpSay(ByVal text As String)
    MsgBox text, vbExclamation, XlpTextTitle()
End Sub
