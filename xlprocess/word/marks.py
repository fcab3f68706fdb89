"""The styles by which a report of ours is known again when it is imported: ids of styles survive editing and saving in every
office program."""

SECTION = "XlpSection"
"""A heading of the narrative."""
CAPTION = "XlpCaption"
"""The caption of a table, or a line that belongs to the layout."""
DERIVED = "XlpDerived"
"""Characters: a figure that nobody typed, printed from its formula."""
NOTE = "XlpNote"
"""What was computed and has no place in the printed form."""
TEXT = "XlpText"
"""A paragraph of the narrative."""
COVER = "XlpCover"
