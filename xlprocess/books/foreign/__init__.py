"""Workbooks in formats of which only the values are read: .xls (and .et), .xlsb, .ods."""
