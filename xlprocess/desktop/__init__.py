"""Office programs that a person has open: LibreOffice as an engine of xlwings, and what xlwings itself does not offer."""
