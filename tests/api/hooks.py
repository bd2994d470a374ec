"""How schemathesis calls the API: with the credential that a route wants, in shops that are there."""

import os

import schemathesis

CREDENTIALS = {
    "admin": os.environ["LOYALTY_ADMIN"],
    "merchant": os.environ["LOYALTY_MERCHANT"],
    "shopper": os.environ["LOYALTY_SHOPPER"],
}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Nobody gets far without a credential; who has none is tested elsewhere."""
    security = case.operation.definition.raw.get("security", [])
    schemes = [scheme for one in security for scheme in one]
    if schemes:
        case.headers["Authorization"] = "Bearer " + CREDENTIALS[schemes[0]]


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """A shop that is not there answers nothing worth seeing; the one that is set anew is not the one that is used."""
    if path_parameters and "shop" in path_parameters:
        path = context.operation.path
        path_parameters["shop"] = "fuzzed" if path == "/v1/shops/{shop}" else "demo"
        if "version" in path_parameters:
            path_parameters["version"] = os.environ["LOYALTY_VERSION"]
    return path_parameters
