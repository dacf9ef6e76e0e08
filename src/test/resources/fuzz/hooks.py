"""Keeps the fuzzer from sawing off the branch it sits on: its own accounts stay, others take their place."""

import os

import schemathesis

OWN = os.environ.get("FUZZ_OWN_ACCOUNTS", "").split()


@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.path_parameters or {}).get("name") in OWN:
        case.path_parameters["name"] = "vera"
