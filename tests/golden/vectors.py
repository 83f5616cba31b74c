"""Prints vectors.tsv: a name, a payload and its hash a line, as CPython computes them.

Run as `python3 tests/golden/vectors.py > tests/golden/vectors.tsv`. The file is kept in the repository, so that the
tests need no Python, and so that a change of any key shows.
"""

import hashlib
import json

VECTORS = {
    "published": (["CCO"], {"az_model": "USPTO"}),
    "nothing": ([], {}),
    "integers": ([0, -1, 255, 2**63, -(2**63), 2**128 - 1, -(2**127)], {}),
    "floats": ([0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 123456789012345680.0, 1e-05, 0.0001, 2.0**-25, 5e-324, 1e22, 1e23], {}),
    "not_numbers": ([float("nan"), float("inf"), float("-inf")], {}),
    "texts": (["", "a/b", '"\\', "\n\r\t\f\b", "\x00\x1f\x7f\x80", "é", "\u2028", "日本", "😀"], {}),
    "nothing_inside": ([None, None, None], {}),
    "booleans": ([True, False], {}),
    "nested": ([[1, [2, [3, []]]], {"b": {"y": 1, "x": 2}, "a": []}], {}),
    "sorted_texts": ([{"b": 1, "a": 2, "Z": 3, "é": 4, "\uffff": 5, "😀": 6, "": 7, "a!": 8}], {}),
    "integer_keys": ([{10: "a", 9: "b", -1: "c"}], {}),
    "float_keys": ([{1.5: 1, -0.0: 2, 1e16: 3}], {}),
    "boolean_keys": ([{True: 1, False: 0}], {}),
    "null_key": ([{None: 1}], {}),
    "struct": ([{"smiles": "CCO", "charge": -1, "rings": [6, 5]}], {}),
    "enum": (["Unit", {"Newtype": 1}, {"Tuple": [1, 2]}, {"Struct": {"b": 1, "a": 2}}], {}),
    "bytes": ([[0, 127, 255]], {}),
    "keywords": ([], {"verbose": False, "depth": 3, "az_model": "USPTO", "type": None}),
    "json": ([{"z": [1, -1, 0.5, 1e100, "x", None, True], "a": {"é": {}}}], {}),
}

for name, (args, kwargs) in VECTORS.items():
    payload = json.dumps({"args": args, "kwargs": kwargs}, sort_keys=True)
    print(name, payload, hashlib.sha256(payload.encode("utf-8")).hexdigest(), sep="\t")
