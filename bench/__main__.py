"""Run measurements by name, or all of them: `python -m bench [NAME...] [--rows N] [--rounds N]`."""

import argparse
import importlib

# Each module has measure(rows, rounds, seed=...), which returns Markdown.
MEASUREMENTS = (
    "import_sqlite",
    "rules",
    "import_more",
    "import_postgres",
    "import_offered",
    "listing",
    "served",
    "faults",
    "browser_import",
)


def main() -> None:
    """Measure what was asked for and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {MEASUREMENTS}")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3, help="medians of so many rounds")
    parser.add_argument(
        "--without-seed", action="store_true", help="leave out the slow ORM way (3 GB at 1M rows)"
    )
    arguments = parser.parse_args()
    for name in arguments.names or MEASUREMENTS:
        module = importlib.import_module(f"bench.{name}")
        print(
            module.measure(arguments.rows, arguments.rounds, seed=not arguments.without_seed),
            flush=True,
        )


if __name__ == "__main__":
    main()
