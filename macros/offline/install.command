#!/bin/bash
# One-click installer: for this user only, without administrator rights, without internet.
# Finds a Python, or unpacks the standalone build that has been put beside this file; the rest is install.py's.
cd "$(dirname "$0")" || exit 1
base="$HOME/.local/share/xlprocess"

ended() {
    if [ -t 0 ]; then
        read -r -p "按回车键关闭。"
    fi
    exit "$1"
}

# Installs with this Python; comes back only when it cannot be used.
try() {
    "$1" -c "import sys, venv; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1 || return
    "$1" install.py "${arguments[@]}"
    local status=$?
    [ "$status" = 3 ] || ended "$status"
}

arguments=("$@")
for python in python3.14 python3.13 python3.12 python3.11 \
    /Library/Frameworks/Python.framework/Versions/3.1[1-9]/bin/python3 \
    /opt/homebrew/bin/python3 /usr/local/bin/python3 "$base/python/bin/python3" python3; do
    try "$python"
done
for archive in cpython-3*-install_only*.tar.gz; do
    if [ -f "$archive" ] && mkdir -p "$base" && tar -xzf "$archive" -C "$base"; then
        try "$base/python/bin/python3"
    fi
done

echo "没有装成：这台电脑上没有能用的 Python，需要 3.11 到 3.14。"
echo "请技术人员把免安装的 Python（文件名形如 cpython-3.12.…-install_only.tar.gz，"
echo "来自 github.com/astral-sh/python-build-standalone 的发布页，处理器要对应）放到本文件旁边，再运行一次。"
echo "不需要管理员权限，也不需要上网。"
ended 1
