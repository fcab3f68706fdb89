@echo off
rem Drop target: drop .xlsx workbooks or a folder on this file.
rem ASCII only. Everything is done, and said in Chinese, by xlprocess.doors.drop.
rem Explorer puts quotes around a path only when it holds a space: the command line of this
rem cmd.exe is handed over as it was, and "exit" keeps cmd.exe from running what follows an "&".
setlocal EnableExtensions DisableDelayedExpansion
set "XLPROCESS_HELP=%~dp0not-found.txt"
setlocal EnableDelayedExpansion
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
set "XLPROCESS_COMMANDLINE=!CMDCMDLINE!"
set "XLPROCESS_PYTHON=!LOCALAPPDATA!\xlprocess\venv\Scripts\python.exe"
if exist "!XLPROCESS_PYTHON!" (
    "!XLPROCESS_PYTHON!" -P -c "import xlprocess" >nul 2>nul && ("!XLPROCESS_PYTHON!" -P -m xlprocess.doors.drop & exit)
)
for %%V in (3 3.14 3.13 3.12 3.11) do (
    py -%%V -P -c "import xlprocess" >nul 2>nul && (py -%%V -P -m xlprocess.doors.drop & exit)
)
python -P -c "import xlprocess" >nul 2>nul && (python -P -m xlprocess.doors.drop & exit)
if exist "!XLPROCESS_HELP!" (
    start "" notepad "!XLPROCESS_HELP!"
) else (
    echo xlprocess was not found on this computer. Please ask your IT staff to install it.
    pause
)
exit
