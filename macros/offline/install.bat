@echo off
rem One-click installer. ASCII only: what is said in Chinese is said by install.py, or stands in no-python.txt.
rem For this user only, without administrator rights, without internet.
setlocal EnableExtensions DisableDelayedExpansion
pushd "%~dp0"
setlocal EnableDelayedExpansion
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
set "BASE=!LOCALAPPDATA!\xlprocess"

rem 1. A Python that is here already.
for %%V in (3.14 3.13 3.12 3.11) do (
    py -%%V -c "import venv" >nul 2>nul && (
        py -%%V install.py
        if not errorlevel 3 goto ended
    )
)
python -c "import sys, venv; sys.exit(sys.version_info[:2] < (3, 11))" >nul 2>nul && (
    python install.py
    if not errorlevel 3 goto ended
)
for %%V in (314 313 312 311) do (
    if exist "!LOCALAPPDATA!\Programs\Python\Python%%V\python.exe" (
        "!LOCALAPPDATA!\Programs\Python\Python%%V\python.exe" install.py
        if not errorlevel 3 goto ended
    )
)
if exist "!BASE!\python\python.exe" (
    "!BASE!\python\python.exe" install.py
    if not errorlevel 3 goto ended
)

rem 2. The standalone build, if it has been put beside this file.
for %%F in (cpython-3*-install_only*.tar.gz) do (
    if not exist "!BASE!" mkdir "!BASE!"
    tar -xzf "%%F" -C "!BASE!"
    if exist "!BASE!\python\python.exe" (
        "!BASE!\python\python.exe" install.py
        if not errorlevel 3 goto ended
    )
)

rem 3. The installer of python.org, if it has been put beside this file.
for %%F in (python-3*-amd64.exe) do (
    start "" /wait "%%F" /passive InstallAllUsers=0 PrependPath=0 Include_launcher=0 Include_test=0 Shortcuts=0 AssociateFiles=0 "TargetDir=!BASE!\python"
    if exist "!BASE!\python\python.exe" (
        "!BASE!\python\python.exe" install.py
        if not errorlevel 3 goto ended
    )
)

start "" notepad no-python.txt
exit /b 1

:ended
pause
