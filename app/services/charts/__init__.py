"""Charts of what countries reported: measures, scales, ticks and shapes, without a database.

`asked` reads what an address wants, `reading` makes a chart of a series, `drawing` lays it out.
"""
