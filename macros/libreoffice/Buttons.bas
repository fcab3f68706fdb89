REM The toolbar and the menu 绩效自评. The checking program is started beside LibreOffice and not waited for: it reaches the open
REM workbook from outside, which LibreOffice answers only when no macro is running. Nothing is decided here.
Option Explicit

Sub RunChecks()
    Start("run")
End Sub

Sub FillOnly()
    Start("fill")
End Sub

Sub ClearNotes()
    Start("clear")
End Sub

Sub DraftTexts()
    Start("draft")
End Sub

Sub MakeReport()
    Start("report")
End Sub

Sub Consolidate()
    Start("consolidate")
End Sub

Sub ShowHelp()
    Start("help")
End Sub

Private Sub Start(action As String)
    Dim words As String, program As String
    words = action & " --window libreoffice"
    words = words & OpenWorkbook()
    program = Environ("HOME") & "/.local/share/xlprocess/button"
    On Error Goto Blocked
    If GetGUIType() = 1 Then
        MsgBox "@ON_WINDOWS@", 48, "@TITLE@"
    ElseIf Dir(program) = "" Then
        MsgBox "@NOT_INSTALLED@", 48, "@TITLE@"
    Else
        Shell(ConvertToUrl(program), 1, words, False)
    End If
    Exit Sub
Blocked:
    MsgBox "@BLOCKED@", 48, "@TITLE@"
End Sub

REM Its address: no spaces, nothing but ASCII. Its number where it was never saved. Empty where nothing is open.
Private Function OpenWorkbook() As String
    OpenWorkbook = ""
    If IsNull(ThisComponent) Then Exit Function
    If Not ThisComponent.supportsService("com.sun.star.sheet.SpreadsheetDocument") Then Exit Function
    If ThisComponent.URL <> "" Then
        OpenWorkbook = " --file " & ThisComponent.URL
    Else
        OpenWorkbook = " --document " & ThisComponent.RuntimeUID
    End If
End Function
