"""Files that mean no good, or were made by no good program: each with what must become of it."""

from collections.abc import Callable
from functools import partial

from tests.support import hostile
from tests.support.imports import HEADING

ROW = hostile.ROW
FILE = (HEADING + ROW).encode()
GERMANY = {("Germany", "2003-03-17"): (1, 2, 3)}
Make = Callable[[], bytes]
# Which of the two depends on where in its work the reader of workbooks meets the limit.
UNREADABLE = "too large|as a workbook"

REFUSED: dict[str, tuple[Make, str]] = {
    "empty": (lambda: b"", "is empty"),
    "blank lines only": (lambda: b"\r\n\n \n", "is empty"),
    "mark only": (lambda: b"\xef\xbb\xbf", "is empty"),
    "heading only": (HEADING.encode, "a heading and no rows"),
    "heading and blank lines": (lambda: HEADING.encode() + b"\n" * 5000, "a heading and no rows"),
    "zeros only": (lambda: b"\0" * 5000, "names no column"),
    "a million headings": (lambda: b"x," * 500_000 + b"\n", "more than 1,000 columns"),
    "endless heading": (lambda: b"x" * 3_000_000, "too long to be a heading"),
    "heading twice": (lambda: b"date,date,country,cases,deaths\n", "could both be date"),
    "quote in the heading": (lambda: b'"date,country\n', "Check its quotes"),
    "utf-16 cut in a letter": (lambda: FILE.decode().encode("utf-16") + b"\0", "not UTF-16"),
    "every byte": (lambda: bytes(range(256)) * 40, "is not UTF-8"),
    "executable": (lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\xff" * 900, "not UTF-8"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 9, "is not UTF-8"),
    "zip bomb": (hostile.zip_bomb, "more than 200 times its size"),
    "gzip bomb": (hostile.gzip_bomb, "more than 200 times its size"),
    "zip that says too little": (partial(hostile.lying_zip, 10), "cut off or damaged"),
    "zip that says too much": (partial(hostile.lying_zip, 0xFFFFFFF0), "200 times its size"),
    "zips in a zip": (hostile.nested_zips, "holds another archive"),
    "zip of many files": (hostile.zip_of_many, "more than 2,000 files"),
    "zip of one file many times": (hostile.zip_of_overlapping, "holds 500 files"),
    "workbook with padding": (hostile.xlsx_with_padding, "200 times its size"),
    "billion laughs, xlsx": (partial(hostile.xlsx_laughing, hostile.LAUGHS), "declares entities"),
    "billion laughs, ods": (hostile.ods_laughing, "declares entities"),
    "outside entity": (partial(hostile.xlsx_laughing, hostile.OUTSIDE), "declares entities"),
    "cell in the last corner": (partial(hostile.xlsx_with_cell, "XFD1048576"), "too large"),
    "cell in the last row": (partial(hostile.xlsx_with_cell, "A1048576"), "too large"),
    "cell in the last column": (partial(hostile.xlsx_with_cell, "XFD1"), "1,000 columns"),
    "cell beyond": (partial(hostile.xlsx_with_cell, "ZZZZZ99999999999"), UNREADABLE),
    "one text everywhere": (hostile.xlsx_of_one_long_text, "too large"),
    "cell repeated": (partial(hostile.ods_repeating, 1_048_570, 16_384), UNREADABLE),
    "cell repeated for ever": (
        partial(hostile.ods_repeating, 4_000_000_000, 4_000_000_000),
        UNREADABLE,
    ),
}  # fmt: skip

# How many rows are read, and which lines are left out.
READ: dict[str, tuple[Make, int, list[int]]] = {
    "cr only": (lambda: FILE.replace(b"\n", b"\r"), 1, []),
    "mixed line ends": (lambda: HEADING.encode() + b"\r\n\r" + ROW.encode() + b"\n\r\n", 1, []),
    "zeros after a crash": (lambda: FILE + b"\0" * 4096, 2, [3]),
    "zero in a number": (lambda: FILE + b"2003-03-18,Germany,1\x002,2,3\n", 2, [3]),
    "wrong direction": (lambda: FILE + "2003-03-18,\u202eynamreG,1,2,3\n".encode(), 2, [3]),
    "hidden marks": (lambda: FILE.replace(b"Germany", "\u200fGer\u2060many\ufeff".encode()), 1, []),
    "full-width digits": (lambda: FILE.replace(b"1,2,3", "１,２,３".encode()), 1, []),
    "arabic-indic digits": (lambda: FILE.replace(b"1,2,3", "١,٢,٣".encode()), 1, []),
    "arabic thousands": (lambda: FILE + "2003-03-18,Germany,١٬٣٠٩,0,0\n".encode(), 2, [3]),
    "ten to the thirty": (lambda: FILE + b"2003-03-18,Germany,1" + b"0" * 30 + b",0,0\n", 2, [3]),
    "negative zero": (lambda: FILE + b"2003-03-18,Germany,-0,0,0\n", 2, []),
    "leap days": (
        lambda: FILE + b"2004-02-29,Germany,1,2,3\n2003-02-29,Germany,1,2,3\n1900-02-29,x,1,2,3\n",
        4,
        [4, 5],
    ),
    "formulas": (lambda: FILE + b'2003-03-18,Germany,=1+1,"=SUM(A1)",@x\n', 2, [3]),
    "ragged rows": (
        lambda: FILE + b"2003-03-18\n,,,,,,,\n1,2,3,4,5,6\n" + b"x" * 999 + b"\n",
        4,
        [3, 5, 6],
    ),
    "heading again": (lambda: FILE + HEADING.encode() + b"2003-03-18,Germany,1,2,3\n", 3, [3]),
    "row of a million cells": (lambda: FILE + b"," * 1_000_000 + b"x\n", 2, [3]),
    "cell of 50 MB": (lambda: FILE + b"x" * 50_000_000 + b",1\n", 2, [3]),
    "quoted cell of 50 MB": (lambda: FILE + b'"' + b"x" * 50_000_000 + b'",1\n', 2, [3]),
    "quote never closed": (
        lambda: HEADING.encode() + b'2003-03-18,"Italy,1,2,3\n' + ROW.encode() * 999,
        1000,
        [2],
    ),
}  # fmt: skip
