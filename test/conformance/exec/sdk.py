"""What a user of the official Python SDK writes: nothing here knows of another server. Prints what each step saw, as JSON."""
import json
import os
import sys
import uuid

from zscaler import ZscalerClient
from zscaler.oneapi_client import LegacyZPAClient

CONFIG = {
    "clientId": os.environ["ZPA_CLIENT_ID"],
    "clientSecret": os.environ["ZPA_CLIENT_SECRET"],
    "customerId": os.environ["ZPA_CUSTOMER_ID"],
    "cloud": "PRODUCTION",
}
PLACE = {"latitude": "37.33874", "longitude": "-121.8852525", "location": "San Jose, CA, USA"}


def client():
    if sys.argv[1] == "legacy":
        return LegacyZPAClient(CONFIG)
    return ZscalerClient({**CONFIG, "vanityDomain": "acme"})


def ok(result):
    if result[-1] is not None:
        raise SystemExit(f"refused: {result[-1]}")
    return result[0]


with client() as entered:
    zpa = entered.zpa if hasattr(entered, "zpa") else entered
    name = f"exec-{uuid.uuid4()}"
    group = ok(zpa.app_connector_groups.add_connector_group(name=name, enabled=True, **PLACE))
    certificate = ok(zpa.enrollment_certificates.list_enrolment(query_params={"search": "Connector"}))[0]
    keys = zpa.provisioning
    key = ok(
        keys.add_provisioning_key(
            "connector", name=name, max_usage=3, enrollment_cert_id=certificate.id, component_id=group.id
        )
    )
    listed = [one.id for one in ok(keys.list_provisioning_keys("connector"))]
    ok(keys.delete_provisioning_key(key.id, "connector"))
    left = [one.id for one in ok(keys.list_provisioning_keys("connector"))]
    ok(zpa.app_connector_groups.delete_connector_group(group.id))
    print(json.dumps({"made": key.max_usage, "listed": key.id in listed, "left": key.id in left}))
