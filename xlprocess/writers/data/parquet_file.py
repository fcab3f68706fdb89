"""A list as .parquet, through pyarrow (extra `parquet`): amounts are exact decimals, rates floating numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from xlprocess.writers.data.table import Field, Plain, Table

_BATCH = 20_000  # rows in memory


def write_parquet(table: Table, path: Path) -> None:
    fields = table.fields
    schema = pa.schema([(f.name, _type(f)) for f in fields])
    with pq.ParquetWriter(path, schema) as writer:
        for rows in _batches(table.rows()):
            columns = [pa.array([_value(row[k], f) for row in rows], _type(f)) for k, f in enumerate(fields)]
            writer.write_table(pa.table(columns, schema=schema))


def _batches(rows: Iterator[list[Plain]]) -> Iterator[list[list[Plain]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _type(field: Field) -> pa.DataType:
    match field.type:
        case "integer":
            return pa.int64()
        case "rate":
            return pa.float64()
        case "decimal":
            return pa.decimal128(38, field.scale) if field.scale <= 18 else pa.decimal256(76, min(field.scale, 60))
        case "text":
            return pa.string()


def _value(value: Plain, field: Field) -> Plain | float:
    return float(value) if field.type == "rate" and isinstance(value, Decimal) else value
