"""The official Python SDK (PyPI: zscaler-sdk-python), unmodified but for its addresses, in both of its modes.

The vendor's clouds have fixed names: the three places where the SDK spells them get this server's instead.
"""
import base64
import json
import os
import sys
import unittest
import urllib.request
import ssl
import uuid
from pathlib import Path

URL = os.environ["LATCHKEY_URL"]
CREDENTIALS = json.loads(Path(os.environ["LATCHKEY_CREDENTIALS"]).read_text())["zpa"]
CA = os.environ.get("LATCHKEY_CA") if URL.startswith("https") else None
if CA:
    os.environ["REQUESTS_CA_BUNDLE"] = CA
os.environ["ZSCALER_CLIENT_CACHE_ENABLED"] = "false"

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402

from zscaler import ZscalerClient, constants  # noqa: E402
from zscaler.oneapi_client import LegacyZPAClient  # noqa: E402
from zscaler.oneapi_oauth_client import OAuth  # noqa: E402
from zscaler.request_executor import RequestExecutor  # noqa: E402

constants.ZPA_BASE_URLS["PRODUCTION"] = URL
RequestExecutor.BASE_URL = URL
OAuth._get_auth_url = lambda self, vanity_domain, cloud: f"{URL}/oauth2/v1/token"

CONFIG = {
    "clientId": CREDENTIALS["client_id"],
    "clientSecret": CREDENTIALS["client_secret"],
    "customerId": CREDENTIALS["customer_id"],
    "cloud": "PRODUCTION",
}
PLACE = {
    "latitude": "37.33874",
    "longitude": "-121.8852525",
    "location": "San Jose, CA, USA",
    "city_country": "San Jose, US",
    "country_code": "US",
}


def name():
    return f"tests-{uuid.uuid4()}"


def enroll(provisioning_key):
    """What a component does; the vendor's own protocol is private."""
    body = json.dumps({"provisioningKey": provisioning_key, "fingerprint": base64.b64encode(os.urandom(32)).decode()})
    request = urllib.request.Request(f"{URL}/enroll", body.encode(), {"Content-Type": "application/json"})
    context = ssl.create_default_context(cafile=CA) if CA else None
    with urllib.request.urlopen(request, context=context) as response:
        return json.loads(response.read())


class Walk:
    """Every call that has to do with provisioning keys. Each mode runs all of it."""

    def ok(self, result):
        error = result[-1]
        self.assertIsNone(error, f"{error}")
        return result[0]

    def certificate(self, wanted):
        found = self.ok(self.zpa.enrollment_certificates.list_enrolment(query_params={"search": wanted}))
        self.assertEqual([one.name for one in found], [wanted])
        return found[0]

    def group(self):
        groups = self.zpa.app_connector_groups
        return self.ok(groups.add_connector_group(name=name(), description="d", enabled=True, **PLACE))

    def key(self, kind, group, certificate, uses=2):
        add = self.zpa.provisioning.add_provisioning_key
        return self.ok(
            add(kind, name=name(), max_usage=uses, enrollment_cert_id=certificate.id, component_id=group.id)
        )

    def test_certificates_well_known(self):
        """the five well-known certificates are found by their exact names"""
        for wanted in ["Root", "Client", "Connector", "Service Edge", "Isolation Client"]:
            found = self.certificate(wanted)
            self.assertTrue(found.private_key_present)
            self.assertIn("BEGIN CERTIFICATE", found.certificate)
            self.assertEqual(self.ok(self.zpa.enrollment_certificates.get_enrolment(found.id)).name, wanted)

    def test_certificates_made(self):
        """a CSR and a self-signed certificate are made, renamed and deleted"""
        certificates = self.zpa.enrollment_certificates
        request = self.ok(certificates.generate_csr(name=name(), description="d"))
        self.assertIn("BEGIN CERTIFICATE REQUEST", request.csr)
        made = self.ok(
            certificates.generate_self_signed(
                name=name(), valid_from_in_epoch_sec="1893456000", valid_to_in_epoch_sec="1924992000"
            )
        )
        self.assertIn("BEGIN CERTIFICATE", made.certificate)
        for one in [request, made]:
            renamed = name()
            self.ok(certificates.update_enrollment(one.id, name=renamed))
            self.assertEqual(self.ok(certificates.get_enrolment(one.id)).name, renamed)
            self.ok(certificates.delete_enrollment_certificate(one.id))

    def test_keys_of_connectors(self):
        """an App Connector's key: make, list, search, get, by group, change, enroll, delete"""
        group, certificate = self.group(), self.certificate("Connector")
        keys = self.zpa.provisioning
        key = self.key("connector", group, certificate)
        self.assertTrue(key.provisioning_key.startswith("3|"))
        self.assertIn(key.id, [one.id for one in self.ok(keys.list_provisioning_keys("connector"))])
        found = self.ok(keys.list_provisioning_keys("connector", query_params={"search": key.name}))
        self.assertEqual([one.id for one in found], [key.id])
        got = self.ok(keys.get_provisioning_key(key.id, "connector"))
        self.assertEqual((got.max_usage, got.usage_count, got.zcomponent_name), ("2", "0", group.name))
        by_group = self.ok(keys.get_provisioning_key_by_zcomponent(group.id, "connector"))
        self.assertEqual(by_group.id, key.id)
        renamed = name()
        self.ok(keys.update_provisioning_key(key.id, "connector", name=renamed, max_usage="3"))
        after = self.ok(keys.get_provisioning_key(key.id, "connector"))
        self.assertEqual((after.name, after.max_usage), (renamed, "3"))
        connector = enroll(key.provisioning_key)
        self.connectors(connector["id"], f"{renamed}-1")
        self.assertEqual(self.ok(keys.get_provisioning_key(key.id, "connector")).usage_count, "1")
        self.ok(keys.delete_provisioning_key(key.id, "connector"))
        self.assertIsNotNone(keys.get_provisioning_key(key.id, "connector")[-1])
        self.ok(self.zpa.app_connector_groups.delete_connector_group(group.id))

    def connectors(self, connector_id, wanted):
        connectors = self.zpa.app_connectors
        self.assertEqual(self.ok(connectors.get_connector(connector_id)).name, wanted)
        self.ok(connectors.update_connector(connector_id, name="renamed", description="d", enabled=True))
        self.assertEqual(self.ok(connectors.get_connector(connector_id)).name, "renamed")
        self.assertIn(connector_id, [one.id for one in self.ok(connectors.list_connectors())])
        self.ok(connectors.bulk_delete_connectors([connector_id]))
        self.assertIsNotNone(connectors.get_connector(connector_id)[-1])

    def test_keys_of_service_edges(self):
        """a Private Service Edge's group and key, and the edge that it enrolls"""
        groups, edges, keys = self.zpa.service_edge_group, self.zpa.service_edges, self.zpa.provisioning
        group = self.ok(groups.add_service_edge_group(name=name(), enabled=True, is_public="TRUE", **PLACE))
        self.assertIn(group.id, [one.id for one in self.ok(groups.list_service_edge_groups())])
        renamed = name()
        self.ok(groups.update_service_edge_group(group.id, name=renamed))
        self.assertEqual(self.ok(groups.get_service_edge_group(group.id)).name, renamed)
        key = self.key("service_edge", group, self.certificate("Service Edge"))
        edge, other = enroll(key.provisioning_key), enroll(key.provisioning_key)
        # Unlike all others, these three answer no tuple: an object, and statuses.
        self.assertEqual(edges.get_service_edge(edge["id"]).name, f"{key.name}-1")
        self.ok(edges.update_service_edge(edge["id"], name="renamed"))
        self.assertIn(edge["id"], [one.id for one in self.ok(edges.list_service_edges())])
        self.assertEqual(edges.delete_service_edge(edge["id"]), 204)
        self.assertEqual(edges.bulk_delete_service_edges([other["id"]]), 200)
        self.ok(keys.delete_provisioning_key(key.id, "service_edge"))
        self.ok(groups.delete_service_edge_group(group.id))

    def test_groups(self):
        """App Connector groups: list, summary, get, change; members come back as sent"""
        group = self.group()
        groups = self.zpa.app_connector_groups
        self.assertEqual((group.city_country, group.country_code), ("San Jose, US", "US"))
        self.assertIn(group.id, [one.id for one in self.ok(groups.list_connector_groups())])
        self.assertIn(group.id, [one.id for one in self.ok(groups.list_connector_groups_summary())])
        self.assertEqual(self.ok(groups.get_connector_group_sg(group.id)).id, group.id)
        renamed = name()
        self.ok(groups.update_connector_group(group.id, name=renamed))
        after = self.ok(groups.get_connector_group(group.id))
        self.assertEqual((after.name, after.latitude, after.country_code), (renamed, PLACE["latitude"], "US"))
        self.ok(groups.delete_connector_group(group.id))

    def test_errors(self):
        """what is not there is an error with the vendor's id"""
        _, _, error = self.zpa.provisioning.get_provisioning_key("16000000", "connector")
        self.assertIn("resource.not.found", str(error))

    def test_pages(self):
        """pages are followed to the end"""
        group, certificate = self.group(), self.certificate("Connector")
        made = {self.key("connector", group, certificate).id for _ in range(3)}
        listed, response, error = self.zpa.provisioning.list_provisioning_keys(
            "connector", query_params={"page_size": 2}
        )
        self.assertIsNone(error)
        ids = [one.id for one in listed]
        while response.has_next():
            more, error = response.next()[:2]
            ids += [one["id"] if isinstance(one, dict) else one.id for one in more]
        self.assertTrue(made <= set(ids))
        self.ok(self.zpa.app_connector_groups.delete_connector_group(group.id))


class Legacy(Walk, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.zpa = LegacyZPAClient(CONFIG).zpa


class OneApi(Walk, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.zpa = ZscalerClient({**CONFIG, "vanityDomain": "latchkey", "cache": {"enabled": False}}).zpa


if __name__ == "__main__":
    tap.main()
