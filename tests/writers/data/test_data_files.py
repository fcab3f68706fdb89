"""The lists of a summary as csv and parquet: the same rows, exact numbers, harmless texts."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from summaries import consolidation, document, with_everything

from xlprocess.writers.data import TOLD, DataFiles, DataFormat, is_ours
from xlprocess.writers.data.csv_file import safe
from xlprocess.writers.data.table import Table
from xlprocess.writers.summary import write_summary
from xlprocess.writers.summary.listing import Column

# openpyxl does not know the data bars of Excel 2010
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "'=1", "甲\n乙", '带"引号"', "😀局", "  空白 "]


def made(folder: Path, kind: DataFormat, found: Any) -> Path:
    data = folder / kind
    data.mkdir()
    write_summary(found, folder / "汇总.xlsx", data=DataFiles(data, kind))
    return data


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


@pytest.mark.parametrize("kind", get_args(DataFormat))
def test_every_sheet_is_a_file_with_the_same_rows(tmp_path: Path, kind: DataFormat) -> None:
    data = made(tmp_path, kind, with_everything(tmp_path, 8))
    with pd.ExcelFile(tmp_path / "汇总.xlsx", engine="openpyxl") as book:
        names = [str(n) for n in book.sheet_names if (data / f"{n}.{kind}").exists()]
        sheets = pd.read_excel(book, sheet_name=names, header=3, dtype=object)
    assert {"报送情况", "收入", "支出和结余", "三公经费", "固定资产", "绩效得分", "指标明细", "机构明细", "问题清单"} <= {*names}
    assert {p.stem for p in data.iterdir() if p.name != TOLD} - {*sheets} == {"社会保障支出明细"}  # nobody has a line of it
    for name in names:
        sheet, file = sheets[name], read(data / f"{name}.{kind}")
        assert len(file) == len(sheet), name
        for head in sheet:
            if f"{head}（原文）" in file:
                continue
            for given, wanted in zip(file[head], sheet[head], strict=True):
                assert same(given, wanted), (name, head, given, wanted)


def same(given: Any, wanted: Any) -> bool:
    if isinstance(given, str) and given.startswith("'"):
        given = given[1:]
    if pd.isna(wanted) or wanted == "":
        return given == "" or pd.isna(given)
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return float(given) == pytest.approx(float(wanted), rel=1e-12)
    return str(given) == str(wanted).replace("\r\n", "\n")


@pytest.mark.parametrize("kind", get_args(DataFormat))
def test_numbers_are_exact_and_texts_come_back(tmp_path: Path, kind: DataFormat) -> None:
    columns = [
        Column("名称", 9),
        Column("金额", 9, "money"),
        Column("人数", 9, "count"),
        Column("率", 9, "rate"),
        Column("名称", 9),
    ]
    amounts = [Decimal("0.1"), Decimal("123456789012.345678"), Decimal("-29.87"), None, "见附件"]
    files = DataFiles(tmp_path, kind)
    table = files.table("表", columns)
    for number, text in enumerate(HOSTILE):
        table.add([text, amounts[number % 5], number, Decimal(1) / 3, text])  # type: ignore[list-item]
    assert files.finish() == 1
    found = read(tmp_path / f"表.{kind}")
    assert [*found] == ["名称", "金额", "金额（原文）", "人数", "率", "名称（2）"]
    assert [v[1:] if kind == "csv" and v.startswith("'") else v for v in found["名称"]] == HOSTILE
    assert [*found["名称"]] == [*found["名称（2）"]]
    given = [*found["金额"]][:5]
    if kind == "csv":
        assert given == ["0.1", "123456789012.345678", "-29.87", "", ""]
        with (tmp_path / "表.csv").open(encoding="utf-8-sig", newline="") as file:
            assert all(cell[:1] not in ("=", "+", "@", "\t") for row in csv.reader(file) for cell in row)
    else:
        assert given == [Decimal("0.100000"), Decimal("123456789012.345678"), Decimal("-29.870000"), None, None]
        assert str(found["人数"].dtype) == "int64"
    assert [*found["金额（原文）"]][4] == "见附件"
    told = json.loads((tmp_path / TOLD).read_text(encoding="utf-8"))["files"]
    assert [(f["file"], f["rows"], [c["type"] for c in f["columns"]]) for f in told] == [
        (f"表.{kind}", 10, ["text", "decimal", "text", "integer", "rate", "text"])
    ]


def test_a_folder_is_ours_until_somebody_changes_it(tmp_path: Path) -> None:
    data = made(tmp_path, "csv", consolidation(tmp_path, [document(1)]))
    assert is_ours(data)
    (data / "我的.txt").write_text("x", encoding="utf-8")
    assert not is_ours(data)
    (data / "我的.txt").unlink()
    assert is_ours(data)
    with (data / "收入.csv").open("a", encoding="utf-8") as file:
        file.write("x")
    assert not is_ours(data)


@pytest.mark.parametrize(("text", "kept"), [("甲", "甲"), ("=1", "'=1"), ("'=1", "''=1"), ("'甲", "'甲"), ("-", "'-"), ("", "")])
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(text: str, kept: str) -> None:
    assert safe(text) == kept


def test_an_empty_list_has_its_heads(tmp_path: Path) -> None:
    table = Table("空", [Column("甲", 9), Column("乙", 9, "link")])
    assert [f.name for f in table.fields] == ["甲", "乙", "乙所在文件"]
    assert [*table.rows()] == []
    table.close()
