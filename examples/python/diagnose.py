"""Runs a diagnosis through libtomcheck by ctypes alone, and says what blocks.

    diagnose.py LIBRARY [URL [MODULE [CA_FILE [PROXY [WORKER]]]]]      ("-" leaves one at its default)

Ends with 0 when nothing blocks, 1 when something does, 2 when it could not be told.
"""

import ctypes
import sys
from ctypes import POINTER, byref, c_char_p, c_int32, c_size_t, c_uint32, c_void_p

PROGRESS = ctypes.CFUNCTYPE(None, c_void_p, c_char_p, c_int32, c_uint32, c_uint32)

# Handles are numbers as wide as a pointer; a name, what it takes, what it gives.
FUNCTIONS = {
    "tomcheck_last_error": ([], c_char_p),
    "tomcheck_options_new": ([], c_void_p),
    "tomcheck_options_free": ([c_void_p], None),
    "tomcheck_options_set_target": ([c_void_p, c_char_p], c_int32),
    "tomcheck_options_set_module": ([c_void_p, c_char_p], c_int32),
    "tomcheck_options_set_ca_file": ([c_void_p, c_char_p], c_int32),
    "tomcheck_options_set_proxy": ([c_void_p, c_char_p], c_int32),
    "tomcheck_options_set_worker": ([c_void_p, c_char_p], c_int32),
    "tomcheck_options_set_progress": ([c_void_p, PROGRESS, c_void_p], c_int32),
    "tomcheck_diagnose": ([c_void_p, POINTER(c_void_p)], c_int32),
    "tomcheck_report_free": ([c_void_p], None),
    "tomcheck_report_verdict": ([c_void_p, POINTER(c_int32)], c_int32),
    "tomcheck_report_root_cause": ([c_void_p], c_char_p),
    "tomcheck_finding_count": ([c_void_p], c_size_t),
    "tomcheck_finding_code": ([c_void_p, c_size_t], c_char_p),
    "tomcheck_finding_title": ([c_void_p, c_size_t], c_char_p),
    "tomcheck_finding_step_count": ([c_void_p, c_size_t], c_size_t),
    "tomcheck_finding_step": ([c_void_p, c_size_t, c_size_t], c_char_p),
}


class Error(Exception):
    """What the library says of itself, in one line."""


def load(path):
    library = ctypes.CDLL(path)
    for name, (takes, gives) in FUNCTIONS.items():
        function = getattr(library, name)
        function.argtypes, function.restype = takes, gives
    return library


def check(library, status):
    if status != 0:
        raise Error(library.tomcheck_last_error().decode())


def set_all(library, options, values):
    setters = ["target", "module", "ca_file", "proxy", "worker"]
    for name, value in zip(setters, values):
        if value != "-":
            setter = getattr(library, "tomcheck_options_set_" + name)
            check(library, setter(options, value.encode()))


def tell(library, report):
    cause = library.tomcheck_report_root_cause(report)
    print("root cause:", cause.decode() if cause else "none")
    for finding in range(library.tomcheck_finding_count(report)):
        code = library.tomcheck_finding_code(report, finding).decode()
        print(f"{code}: {library.tomcheck_finding_title(report, finding).decode()}")
        for step in range(library.tomcheck_finding_step_count(report, finding)):
            print("  -", library.tomcheck_finding_step(report, finding, step).decode())
    verdict = c_int32()
    check(library, library.tomcheck_report_verdict(report, byref(verdict)))
    return {2: 1, 3: 2}.get(verdict.value, 0)


def main():
    library = load(sys.argv[1])
    # Kept in a variable as long as the library may call it.
    hear = PROGRESS(lambda _, probe, status, _done, _of: status == 0 and print(probe.decode(), "...", file=sys.stderr))
    options, report = library.tomcheck_options_new(), c_void_p()
    try:
        set_all(library, options, sys.argv[2:])
        check(library, library.tomcheck_options_set_progress(options, hear, None))
        check(library, library.tomcheck_diagnose(options, byref(report)))
        return tell(library, report)
    except Error as error:
        print("tomcheck:", error, file=sys.stderr)
        return 2
    finally:
        library.tomcheck_report_free(report)
        library.tomcheck_options_free(options)


if __name__ == "__main__":
    sys.exit(main())
