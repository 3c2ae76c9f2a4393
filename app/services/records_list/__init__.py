"""The records list: what an address asks for, its rows, their number, and files of them."""
