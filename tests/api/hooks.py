"""How schemathesis calls the API: with the credential that a route wants, in a shop where there is something, and half the
time with a body that is taken. What came of it is counted."""

import atexit
import base64
import collections
import hashlib
import hmac
import itertools
import json
import os
import time
from pathlib import Path

import requests
import schemathesis

SHOP = os.environ["LOYALTY_URL"] + "/v1/shops/demo"
SAMPLES = json.loads((Path(__file__).parent / "samples.json").read_text())
# What is there, by the name that paths and samples have for it; what is made meanwhile joins it.
KNOWN = json.loads(os.environ["LOYALTY_KNOWN"])
# Where an answer tells the name of something: the operation, what it is, the place.
TELLS = [
    ("POST /v1/shops/{shop}/endpoints", "endpoint", ["id"]),
    ("POST /v1/shops/{shop}/keys", "key", ["id"]),
    ("POST /v1/shops/{shop}/imports", "import", ["import"]),
    ("POST /v1/shops/{shop}/holds", "hold", ["hold", "id"]),
    ("POST /v1/shops/{shop}/programme/publish", "publication", ["id"]),
    ("GET /v1/shops/{shop}/deliveries", "delivery", ["data", 0, "id"]),
    ("GET /v1/shops/{shop}/dead-letters", "letter", ["data", 0, "id"]),
]
TURN = itertools.count()
TALLY = collections.defaultdict(collections.Counter)


def operation(case):
    return f"{case.method.upper()} {case.path}"


class Tokens:
    """Shoppers' tokens, made anew before they end."""

    def __init__(self):
        self.made = {}

    def of(self, member):
        token, until = self.made.get(member, (None, 0))
        if time.monotonic() > until:
            asked = requests.post(f"{SHOP}/tokens", json={"member": member}, headers=bearer("merchant"), timeout=30)
            token, until = asked.json()["token"], time.monotonic() + 600
            self.made[member] = (token, until)
        return token


def bearer(kind):
    return {"Authorization": "Bearer " + os.environ["LOYALTY_" + kind.upper()]}


TOKENS = Tokens()


class Signed(requests.auth.AuthBase):
    """A webhook, signed over its bytes as its platform signs."""

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        secret, now = KNOWN["secret"][0], str(int(time.time()))

        def mac(text, key=secret.encode()):
            return hmac.new(key, text, hashlib.sha256)

        plain = base64.b64encode(mac(body).digest()).decode()
        signed = f"msg_1.{now}.".encode() + body
        standard = base64.b64encode(mac(signed, base64.b64decode(secret[6:])).digest()).decode()
        request.headers.update({
            "x-shopify-topic": "refunds/create" if b"order_id" in body else "orders/paid",
            "x-shopify-hmac-sha256": plain,
            "x-wc-webhook-topic": "order.updated",
            "x-wc-webhook-signature": plain,
            "stripe-signature": f"t={now},v1=" + mac(f"{now}.".encode() + body).hexdigest(),
            "webhook-id": "msg_1",
            "webhook-timestamp": now,
            "webhook-signature": f"v1,{standard}",
        })
        return request


def filled(sample, names, turn):
    """A sample with names of what is there."""
    if isinstance(sample, dict):
        return {field: filled(value, names, turn) for field, value in sample.items()}
    if isinstance(sample, list):
        return [filled(value, names, turn) for value in sample]
    if not isinstance(sample, str):
        return sample
    if sample[:1] == "{" and sample[1:-1] in names:
        return names[sample[1:-1]]
    for name, value in {**names, "turn": turn}.items():
        if isinstance(value, (str, int)):
            sample = sample.replace("{" + name + "}", str(value))
    return sample


@schemathesis.hook
def before_call(context, case, kwargs):
    """Names what is there, most of the time, and sends a body that is taken, or is but for one field."""
    turn = next(TURN)
    names = {name: pool[turn // 4 % len(pool)] for name, pool in KNOWN.items() if pool}
    label = operation(case)
    if label.startswith("DELETE") and label.endswith("/members/{member}"):
        names["member"] = f"gone-{turn}"
    if turn % 4:
        case.path_parameters.update({name: names[name] for name in case.path_parameters if name in names})
    if "shop" in case.path_parameters:
        case.path_parameters["shop"] = "fuzzed" if case.path == "/v1/shops/{shop}" else "demo"
    samples = SAMPLES.get(label)
    if samples and turn % 2:
        sample = filled(samples[turn // 4 % len(samples)], names, turn)
        if turn % 4 == 3 and isinstance(sample, dict) and isinstance(case.body, dict) and case.body:
            field = sorted(case.body, key=str)[turn // 4 % len(case.body)]
            sample[field] = case.body[field]
        case.body = sample
        if case.headers is not None and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"fuzz-{turn}"
    schemes = [scheme for one in case.operation.definition.raw.get("security", []) for scheme in one]
    if "shopper" in schemes and (schemes == ["shopper"] or turn % 2):
        # Who erases themselves is nobody who is needed.
        member = f"gone-{turn}" if label.startswith("DELETE") else "anna"
        case.headers["Authorization"] = "Bearer " + TOKENS.of(member)
    elif schemes:
        case.headers.update(bearer(schemes[-1]))
    elif case.path.startswith("/hooks/") and turn % 4:
        kwargs["auth"] = Signed()


@schemathesis.hook
def after_call(context, case, response):
    label = operation(case)
    TALLY[label][response.status_code] += 1
    used = case.path_parameters or {}
    if response.status_code == 404 or case.method.upper() == "DELETE":
        for name, value in used.items():
            if name in ("endpoint", "key", "publication") and value in KNOWN.get(name, []):
                KNOWN[name].remove(value)
    if response.status_code >= 300:
        return
    for told, name, place in TELLS:
        if told == label:
            found = response.json()
            for step in place:
                found = found[step] if isinstance(step, str) and step in found or step == 0 and found else None
                if found is None:
                    break
            if found is not None and found not in KNOWN[name]:
                KNOWN[name] = [found, *KNOWN[name][:30]]
    if label == "POST /v1/shops/{shop}/orders" and case.body.get("member") == "anna":
        KNOWN["order"] = [case.body["order"]["id"], *KNOWN["order"][:30]]


@atexit.register
def tell():
    Path(os.environ["LOYALTY_TALLY"]).write_text(json.dumps(TALLY, indent=1, sort_keys=True))
