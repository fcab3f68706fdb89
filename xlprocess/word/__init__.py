"""The Word form in, the Word report out.

.docx | .txt ─ guard ─► Document ─ read_form ─► Reading (values with their origin, and what found no place)
Report ─ layout ─► .docx
"""
