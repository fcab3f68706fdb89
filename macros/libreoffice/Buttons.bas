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

Sub MakeReport()
    Start("report")
End Sub

Sub DraftText()
    Start("draft")
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
    If OpenWorkbook() <> "" Then words = words & " --file " & OpenWorkbook()
    On Error Goto Blocked
    If GetGUIType() = 1 Then
        program = PythonOnWindows()
        words = "-P -m xlprocess.doors.button " & words
    Else
        program = Environ("HOME") & "/.local/share/xlprocess/button"
        If Dir(program) = "" Then program = ""
    End If
    If program = "" Then
        MsgBox "@NOT_INSTALLED@", 48, "@TITLE@"
    Else
        Shell(ConvertToUrl(program), 1, words, False)
    End If
    Exit Sub
Blocked:
    MsgBox "@BLOCKED@", 48, "@TITLE@"
End Sub

REM Its address: no spaces, nothing but ASCII. Empty where it was never saved, or nothing is open.
Private Function OpenWorkbook() As String
    OpenWorkbook = ""
    If IsNull(ThisComponent) Then Exit Function
    If ThisComponent.supportsService("com.sun.star.sheet.SpreadsheetDocument") Then OpenWorkbook = ThisComponent.URL
End Function

REM %LOCALAPPDATA%\xlprocess\button.txt (UTF-16) names it; "xlprocess addin install" writes that. Empty where it is not there.
Private Function PythonOnWindows() As String
    Dim place As String, files As Object, text As Object
    PythonOnWindows = ""
    place = ConvertToUrl(Environ("LOCALAPPDATA") & "\xlprocess\button.txt")
    files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
    If Not files.exists(place) Then Exit Function
    text = CreateUnoService("com.sun.star.io.TextInputStream")
    text.setInputStream(files.openFileRead(place))
    text.setEncoding("UTF-16")
    PythonOnWindows = text.readLine()
    text.closeInput()
    If Not files.exists(ConvertToUrl(PythonOnWindows)) Then PythonOnWindows = ""
End Function
