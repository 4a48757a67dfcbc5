"""Prints the failed tests of trx files, the format of `dotnet test --logger trx`: name, message and trace of each.

    python3 tests/failed.py FILE...
"""

import sys
import xml.etree.ElementTree

NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
LONGEST = 4000


def failed(path):
    """Yields (name, text) for each failed test of the file; the text is the message and the trace, cut to LONGEST."""
    for result in xml.etree.ElementTree.parse(path).iter(f"{NAMESPACE}UnitTestResult"):
        if result.get("outcome") == "Failed":
            parts = (result.find(f".//{NAMESPACE}{part}") for part in ("Message", "StackTrace"))
            yield result.get("testName"), "\n".join(part.text or "" for part in parts if part is not None)[:LONGEST]


def main():
    for path in sys.argv[1:]:
        try:
            found = list(failed(path))
            for name, text in found:
                print(f"FAILED {name}\n{text}\n")
            if not found:
                print(f"{path}: no test has failed, so the run itself ended badly (a crash, a hang).")
        except xml.etree.ElementTree.ParseError as error:
            print(f"{path} cannot be read: {error}")


if __name__ == "__main__":
    main()
