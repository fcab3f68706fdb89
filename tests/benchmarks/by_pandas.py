"""The loop that one would write oneself, as the peer of a consolidation: pandas with openpyxl, one process, one workbook.

It does less than xlprocess: it takes the template for granted, holds each total against its parts and each 汇总 against its
organisations, and writes plain tables.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

TABLES = {
    "收入": (
        "（一）年度收入情况",
        ("收入合计", "上年结转", "公共财政拨款", "政府基金拨款", "非税收入拨款", "其他收入", "本年收入"),
    ),
    "支出和结余": (
        "（二）年度支出和结余情况",
        ("支出合计", "基本支出", "人员支出", "公用支出", "项目支出", "当年结余", "累计结余", "资金支出率"),
    ),
    "三公经费": ("（三）三公经费情况", ("三公经费合计", "公务接待费", "公务用车运维费", "公务用车购置费", "因公出国费")),
    "固定资产": ("（四）固定资产情况", ("固定资产合计", "在用固定资产", "出租固定资产", "其他", "固定资产利用率")),
}
SUMS = {
    "收入": ("收入合计", ("上年结转", "公共财政拨款", "政府基金拨款", "非税收入拨款", "其他收入")),
    "支出和结余": ("支出合计", ("基本支出", "项目支出")),
    "三公经费": ("三公经费合计", ("公务接待费", "公务用车运维费", "公务用车购置费", "因公出国费")),
    "固定资产": ("固定资产合计", ("在用固定资产", "出租固定资产", "其他")),
}
INDICATORS = ("目标类别", "指标类别", "绩效目标", "目标值", "完成情况", "完成率")
RATES = ("资金支出率", "固定资产利用率")
ALL = "局机关及二级机构汇总"


def table(sheet: pd.DataFrame, title: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """The rows of one table, from 汇总 to the last organisation."""
    first = sheet[0]
    start = first.index[first == title][0]
    top = first.index[(first.index > start) & (first == ALL)][0]
    end = first.index[(first.index > top) & first.astype(str).str.startswith(("校验", "二级机构"))][0]
    rows = sheet.loc[top : end - 1, : len(columns)].copy()
    rows.columns = ["机构名称", *columns]
    return rows


def indicators(sheet: pd.DataFrame) -> pd.DataFrame:
    first = sheet[0]
    start = first.index[first == "目标类别"][0]
    end = first.index[(first.index > start) & first.astype(str).str.startswith(("指标不够", "绩效自评"))][0]
    rows = sheet.loc[start + 1 : end - 1, : len(INDICATORS) - 1].copy()
    rows.columns = list(INDICATORS)
    return rows.dropna(subset=["绩效目标"])


def wrong(name: str, rows: pd.DataFrame) -> list[str]:
    """Totals that are not the sum of their parts, sums that are not those of the organisations."""
    found = []
    whole, parts = SUMS[name]
    figures = rows.set_index("机构名称").apply(pd.to_numeric, errors="coerce").fillna(0)
    off = figures[whole] - figures[list(parts)].sum(axis=1)
    found += [f"{organisation}：{whole}与各部分之和相差 {value:.2f}" for organisation, value in off[off.abs() > 0.005].items()]
    below = figures.iloc[1:].sum() - figures.iloc[0]
    found += [
        f"{field}：汇总与各机构之和相差 {value:.2f}" for field, value in below[below.abs() > 0.005].items() if field not in RATES
    ]
    return found


def read(paths: Iterable[str]) -> None:
    """Every sheet of every workbook, nothing kept."""
    warnings.simplefilter("ignore")
    for path in paths:
        pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")


def consolidate(paths: Iterable[str], target: Path) -> None:
    """One workbook of many: a sheet a table, a row a department, the organisations, the indicators, the problems."""
    warnings.simplefilter("ignore")
    sheets: dict[str, list[Any]] = {name: [] for name in (*TABLES, "机构明细", "指标明细", "问题清单", "绩效得分")}
    for path in paths:
        book = pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
        basics, score = book["基本概况"], book["绩效自评"].set_index(0)
        whose = {"预算编码": basics.iat[1, 3], "部门名称": basics.iat[1, 1]}
        for name, (title, columns) in TABLES.items():
            rows = table(book["收支情况"], title, columns)
            sheets[name].append({**whose, **rows.iloc[0, 1:], "文件": path})
            sheets["机构明细"].append(rows.iloc[1:].assign(**whose, 表=name))
            sheets["问题清单"] += [{**whose, "表": name, "问题": text, "文件": path} for text in wrong(name, rows)]
        sheets["指标明细"].append(indicators(book["绩效自评"]).assign(**whose))
        sheets["绩效得分"].append({**whose, "得分": score.at["绩效自评综合得分", 2], "等次": score.at["评价等次", 2]})
    with pd.ExcelWriter(target, engine="openpyxl") as writer:
        for name, found in sheets.items():
            joined = name in ("机构明细", "指标明细")
            frame = pd.concat(found, ignore_index=True) if joined else pd.DataFrame(found)
            if name in TABLES:
                frame.loc[len(frame)] = frame.sum(numeric_only=True)
            frame.to_excel(writer, sheet_name=name, index=False)
