"""An old, damaged or home-made workbook becomes a fresh standard one; what has no place there is listed, never lost."""
