"""How much a page of the list may read, whatever the register's size.

Reading a record through an index takes about a microsecond; these keep a page within a few
milliseconds of that.
"""

# A count goes this far; beyond, the page says "more than".
COUNT = 3_000
# Records that one page may look through, in the list's order, for those that match.
SEARCH = 1_000
# Matches that a page may read and sort as a whole.
SORT = 2_000
# Fewer matches than this are always read and sorted so.
FEW = 1_000
# From here on a day is read country by country instead of sorted as a whole.
LARGE_DAY = 400
# More countries than this are looked for among all records.
COUNTRIES = 500
# Notes that a search by text reads, and how many of them may match.
NOTES = 20_000
NOTED = 1_000
# Rows of a file that are read at once: at first, and from then on.
FIRST_LOT = 1_000
LOT = 5_000
# Keeps the database from mixing the inner query, which has an index, with the outer one.
FENCE = 10_000_000
