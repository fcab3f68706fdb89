Attribute VB_Name = "XlpLibreOffice"
' For LibreOffice on Linux, when a workbook with buttons is open in it. ThisComponent is LibreOffice's word for that workbook;
' "Option Explicit" is left out so that Excel, which never runs this, does not object to it. The address of a workbook is ASCII
' and has no spaces; $HOME/.local/share/xlprocess/button is what "xlprocess addin install" writes.

Public Sub XlpStartInLibreOffice(ByVal action As String)
    Dim launcher As String, address As String
    launcher = Environ("HOME") & "/.local/share/xlprocess/button"
    If Dir(launcher) = "" Then
        XlpSay XlpTextNotInstalled()
        Exit Sub
    End If
    address = " --file " & ThisComponent.URL
    If ThisComponent.URL = "" Then address = " --document " & ThisComponent.RuntimeUID
    On Error GoTo Blocked
    Shell Chr(34) & launcher & Chr(34) & " " & action & " --window libreoffice" & address, 0
    Exit Sub
Blocked:
    XlpSay XlpTextBlocked()
End Sub
