"""Many submissions of departments, and what becomes of them on the way into one summary.

files ─ worker ─► Submission ─ ledger ─► matching with the roster ─ versions ─► Consolidation ─► summary workbook, JSON, tables
"""
