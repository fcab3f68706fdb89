#!/bin/bash
# Drop target for macOS: a double click opens a window, into which workbooks or a folder are dropped.
# Everything is done by xlprocess.doors.drop; this finds a Python that has it.
for python in "$HOME/.local/share/xlprocess/venv/bin/python" \
    python3.14 python3.13 python3.12 python3.11 \
    /Library/Frameworks/Python.framework/Versions/3.1[1-9]/bin/python3 \
    /opt/homebrew/bin/python3 /usr/local/bin/python3 python3; do
    if "$python" -P -c "import xlprocess" >/dev/null 2>&1; then
        exec "$python" -P -m xlprocess.doors.drop "$@"
    fi
done
echo "没有找到检查程序：这台电脑上还没有安装，或者安装在别的用户名下。"
echo "请打开单位发的离线安装包，双击 install.command（Linux 上运行 install.sh）；或者请技术人员安装。"
if [ -t 0 ]; then
    read -r -p "按回车键关闭。"
fi
exit 2
