"""What no form exceeds: larger files are refused before any library sees them."""

from __future__ import annotations

LARGEST_FILE = 64 << 20
LARGEST_SUMMARY = 1 << 30  # a summary of ours, of which only single parts are looked at
LARGEST_PART = 48 << 20
LARGEST_TOTAL = 96 << 20
MOST_ENTRIES = 5_000
MOST_SHEETS = 300
MOST_CELLS = 1_000_000  # that are written in the sheets
MOST_STRINGS = 1_000_000
WIDEST_EXTENT = 4_000_000  # cells of the smallest rectangles around what is written, all sheets together
MOST_TAGS = 1_000_000  # in all parts together that have to be read tag by tag
MOST_MERGED = 200_000
DEEPEST = 200
