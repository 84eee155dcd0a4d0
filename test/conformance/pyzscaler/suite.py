"""pyzscaler (PyPI), unmodified: the older public client of ZPA's API, which can be pointed at any address."""
import base64
import json
import os
import ssl
import sys
import time
import unittest
import urllib.request
import uuid
from pathlib import Path

URL = os.environ["LATCHKEY_URL"]
CREDENTIALS = json.loads(Path(os.environ["LATCHKEY_CREDENTIALS"]).read_text())["zpa"]
CA = os.environ.get("LATCHKEY_CA") if URL.startswith("https") else None
if CA:
    os.environ["REQUESTS_CA_BUNDLE"] = CA

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402

from pyzscaler import ZPA  # noqa: E402
from restfly.errors import APIError  # noqa: E402

PLACE = {"latitude": "37.33874", "longitude": "-121.8852525", "location": "San Jose, CA, USA"}


def name():
    return f"tests-{uuid.uuid4()}"


def enroll(provisioning_key):
    """What a component does; the vendor's own protocol is private."""
    fingerprint = base64.b64encode(os.urandom(32)).decode()
    body = json.dumps({"provisioningKey": provisioning_key, "fingerprint": fingerprint})
    request = urllib.request.Request(f"{URL}/enroll", body.encode(), {"Content-Type": "application/json"})
    context = ssl.create_default_context(cafile=CA) if CA else None
    with urllib.request.urlopen(request, context=context) as response:
        return json.loads(response.read())


class Paced(ZPA):
    """Within the budgets: the client reads no Retry-After that ends in `s`, as the vendor's does."""

    def _req(self, method, path, **kwargs):
        time.sleep(0.55 if method == "GET" else 1.1)
        return super()._req(method, path, **kwargs)


class Pyzscaler(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.zpa = Paced(
            client_id=CREDENTIALS["client_id"],
            client_secret=CREDENTIALS["client_secret"],
            customer_id=CREDENTIALS["customer_id"],
            override_url=URL,
        )

    def certificate(self, wanted):
        found = self.zpa.certificates.list_enrolment(search=f"name EQ {wanted}")
        self.assertEqual([one.name for one in found], [wanted])
        return found[0]

    def gone(self, read, *arguments, **more):
        with self.assertRaises(APIError) as refusal:
            read(*arguments, **more)
        self.assertEqual(refusal.exception.response.status_code, 404)

    def key(self, key_type, group, certificate, uses=5):
        return self.zpa.provisioning.add_provisioning_key(
            key_type,
            name=name(),
            max_usage=uses,
            enrollment_cert_id=self.certificate(certificate).id,
            component_id=group.id,
        )

    def test_certificates(self):
        """enrollment certificates: search, get"""
        for wanted in ["Root", "Client", "Connector", "Service Edge"]:
            found = self.certificate(wanted)
            self.assertEqual(self.zpa.certificates.get_enrolment(found.id).name, wanted)

    def test_connector_groups(self):
        """App Connector groups: make with a version profile, list, search, get, change, delete"""
        connectors = self.zpa.connectors
        group = connectors.add_connector_group(name=name(), version_profile="new_release", **PLACE)
        self.assertEqual((group.version_profile_id, group.version_profile_name), ("2", "New Release"))
        self.assertIn(group.id, [one.id for one in connectors.list_connector_groups()])
        found = connectors.list_connector_groups(search=f"name EQ {group.name}")
        self.assertEqual([one.id for one in found], [group.id])
        renamed = connectors.update_connector_group(group.id, name=name(), description="about", enabled=False)
        self.assertEqual((renamed.description, renamed.enabled), ("about", False))
        self.assertEqual(renamed.latitude, PLACE["latitude"])
        emptied = connectors.update_connector_group(group.id, description="")
        self.assertNotIn("description", emptied)
        self.assertEqual(connectors.delete_connector_group(group.id), 204)
        self.gone(connectors.get_connector_group, group.id)

    def test_connectors(self):
        """an App Connector's key: make, search, change, enroll; the connector: find, disable, delete one and many"""
        connectors, keys = self.zpa.connectors, self.zpa.provisioning
        group = connectors.add_connector_group(name=name(), **PLACE)
        key = self.key("connector", group, "Connector")
        self.assertEqual(keys.get_provisioning_key(key.id, "connector").zcomponent_name, group.name)
        found = keys.list_provisioning_keys("connector", search=f"name EQ {key.name}")
        self.assertEqual([one.id for one in found], [key.id])
        self.assertEqual(keys.update_provisioning_key(key.id, "connector", max_usage=4).max_usage, "4")
        made = [enroll(key.provisioning_key)["id"] for _ in range(3)]
        one = connectors.get_connector(made[0])
        self.assertEqual((one.name, one.app_connector_group_name), (f"{key.name}-1", group.name))
        self.assertFalse(connectors.update_connector(made[0], enabled=False).enabled)
        self.assertIn(made[0], [one.id for one in connectors.list_connectors(search=f"{key.name}-1")])
        self.assertEqual(keys.get_provisioning_key(key.id, "connector").usage_count, "3")
        self.assertEqual(connectors.delete_connector(made[0]), 204)
        self.assertEqual(connectors.bulk_delete_connectors(made[1:]), 200)
        for one in made:
            self.gone(connectors.get_connector, one)
        self.assertEqual(keys.delete_provisioning_key(key.id, "connector"), 204)
        self.gone(keys.get_provisioning_key, key.id, key_type="connector")
        self.assertEqual(connectors.delete_connector_group(group.id), 204)

    def test_service_edges(self):
        """a Private Service Edge's group and key, and the edges: find, change, delete one and many"""
        edges, keys = self.zpa.service_edges, self.zpa.provisioning
        group = edges.add_service_edge_group(name=name(), **PLACE)
        self.assertIn(group.id, [one.id for one in edges.list_service_edge_groups()])
        self.assertEqual(edges.update_service_edge_group(group.id, description="about").description, "about")
        key = self.key("service_edge", group, "Service Edge")
        made = [enroll(key.provisioning_key)["id"] for _ in range(3)]
        self.assertEqual(edges.get_service_edge(made[0]).name, f"{key.name}-1")
        self.assertEqual(edges.update_service_edge(made[0], name="renamed").name, "renamed")
        self.assertIn(made[1], [one.id for one in edges.list_service_edges()])
        self.assertEqual(edges.delete_service_edge(made[0]), 204)
        self.assertEqual(edges.bulk_delete_service_edges(made[1:]), 200)
        for one in made:
            self.gone(edges.get_service_edge, one)
        self.assertEqual(keys.delete_provisioning_key(key.id, "service_edge"), 204)
        self.assertEqual(edges.delete_service_edge_group(group.id), 204)

    def test_pages(self):
        """pages are followed to the end, and a limit of items is kept"""
        connectors, keys = self.zpa.connectors, self.zpa.provisioning
        group = connectors.add_connector_group(name=name(), **PLACE)
        made = {self.key("connector", group, "Connector").id for _ in range(3)}
        listed = [one.id for one in keys.list_provisioning_keys("connector", pagesize=2)]
        self.assertTrue(made <= set(listed))
        self.assertEqual(len(keys.list_provisioning_keys("connector", pagesize=2, max_items=2)), 2)
        self.assertEqual(connectors.delete_connector_group(group.id), 204)


if __name__ == "__main__":
    tap.main()
