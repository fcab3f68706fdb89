"""The lists of a summary as files for those who go on with data: csv or parquet, one file a sheet, the same rows.

Rows go by once and wait in a temporary file, for only then is it known what a column holds. 说明.json tells what every file and
column is, and by the hashes in it a folder is known to be as we left it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from xlprocess.writers.data.csv_file import FORMULA_REMARK, write_csv
from xlprocess.writers.data.table import Table
from xlprocess.writers.summary.listing import Column

DataFormat = Literal["csv", "parquet"]
TOLD = "说明.json"


class DataFiles:
    """Files in `folder`, which is there and empty. `finish` writes them. Raises OSError."""

    def __init__(self, folder: Path, kind: DataFormat) -> None:
        self.folder = folder
        self.kind = kind
        self.tables: list[Table] = []

    def table(self, name: str, columns: Sequence[Column]) -> Table:
        """The rows of a list that is still to go by."""
        self.tables.append(Table(name, columns))
        return self.tables[-1]

    def finish(self) -> int:
        """Gives the number of files."""
        told = []
        for table in self.tables:
            path = self.folder / f"{table.name}.{self.kind}"
            if self.kind == "csv":
                write_csv(table, path)
            else:
                from xlprocess.writers.data.parquet_file import write_parquet

                write_parquet(table, path)
            columns = [{"name": c.name, "type": c.type} for c in table.fields]
            told.append({"file": path.name, "rows": table.count, "sha256": file_hash(path), "columns": columns})
            table.close()
        document = {"format": self.kind, "remark": FORMULA_REMARK if self.kind == "csv" else "", "files": told}
        (self.folder / TOLD).write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1))
        return len(told)


def is_ours(folder: Path) -> bool:
    """A folder in which every file is as we wrote it, and no other is."""
    try:
        told = msgspec.json.decode((folder / TOLD).read_bytes())
        hashes = {each["file"]: each["sha256"] for each in told["files"]}
        present = {path.name for path in folder.iterdir()}
        return present == {*hashes, TOLD} and all(file_hash(folder / name) == digest for name, digest in hashes.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
