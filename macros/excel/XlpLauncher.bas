Attribute VB_Name = "XlpLauncher"
Option Explicit
' Starts the checking program beside the office program and returns at once: it reaches the open workbook from outside,
' which the office program answers only when no macro is running. Nothing is decided here.

Public Sub XlpStart(ByVal action As String)
    If InStr(Application.OperatingSystem, "Unix") > 0 Then
        XlpStartInLibreOffice action
    ElseIf InStr(Application.OperatingSystem, "Mac") > 0 Then
        XlpSay XlpTextOnMac()
    Else
        XlpStartOnWindows action
    End If
End Sub

' %LOCALAPPDATA%\xlprocess\button.txt (UTF-16) names the Python to run; "xlprocess addin install" writes it.
Private Sub XlpStartOnWindows(ByVal action As String)
    Dim system As Object, files As Object
    Dim place As String, python As String
    On Error GoTo Blocked
    Set system = CreateObject("WScript.Shell")
    Set files = CreateObject("Scripting.FileSystemObject")
    place = system.ExpandEnvironmentStrings("%LOCALAPPDATA%\xlprocess\button.txt")
    If Not files.FileExists(place) Then
        XlpSay XlpTextNotInstalled()
        Exit Sub
    End If
    python = files.OpenTextFile(place, 1, False, -1).ReadLine
    If AscW(python) = -257 Then python = Mid(python, 2)
    If Not files.FileExists(python) Then
        XlpSay XlpTextPythonGone()
        Exit Sub
    End If
    system.Run XlpQuoted(python) & " -P -m xlprocess.doors.button " & action & XlpOpenWorkbook(), 1, False
    Exit Sub
Blocked:
    XlpSay XlpTextBlocked()
End Sub

' An unsaved workbook has its name for a path.
Private Function XlpOpenWorkbook() As String
    Dim found As String
    On Error Resume Next
    found = " --window " & Application.Hwnd
    If Not ActiveWorkbook Is Nothing Then found = found & " --file " & XlpQuoted(ActiveWorkbook.FullName)
    XlpOpenWorkbook = found
End Function

Private Function XlpQuoted(ByVal text As String) As String
    XlpQuoted = Chr(34) & text & Chr(34)
End Function

Public Sub XlpSay(ByVal text As String)
    MsgBox text, vbExclamation, XlpTextTitle()
End Sub
