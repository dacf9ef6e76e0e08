"""Keeps the fuzzer from sawing off the branch it sits on: its own accounts and its fleet stay, others take their place."""

import os

import schemathesis

OWN = os.environ.get("FUZZ_OWN_ACCOUNTS", "").split()


@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.path_parameters or {}).get("name") in OWN:
        case.path_parameters["name"] = "vera"
    if case.method.upper() == "DELETE":
        for kind, other in (("proxy_id", "x-3"), ("instance_id", "i-3"), ("project_id", "p-2")):
            if case.path.endswith("{%s}" % kind):
                case.path_parameters[kind] = other
