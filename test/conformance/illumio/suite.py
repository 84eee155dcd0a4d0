"""The official Python SDK (PyPI: illumio), unmodified, against a Latchkey that believes to be its PCE.

Its users configure an address, a port, an organization, an API key and which certificate to trust; so does this.
"""
import json
import os
import re
import ssl
import sys
import time
import unittest
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import urlparse

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402

import illumio  # noqa: E402
from illumio.exceptions import IllumioApiException  # noqa: E402

URL = os.environ["LATCHKEY_URL"]
CA = os.environ["LATCHKEY_CA"]
CREDENTIALS = json.loads(Path(os.environ["LATCHKEY_CREDENTIALS"]).read_text())["illumio"]
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"


def connect(username=None, secret=None, org_id=None, retry_count=0):
    address = urlparse(URL)
    pce = illumio.PolicyComputeEngine(
        f"{address.scheme}://{address.hostname}",
        port=str(address.port),
        org_id=str(org_id or CREDENTIALS["org_id"]),
        retry_count=retry_count,
    )
    pce.set_credentials(username or CREDENTIALS["auth_username"], secret or CREDENTIALS["secret"])
    pce.set_tls_settings(verify=CA)
    return pce


def unique(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def activate(code, hostname, **more):
    """What pair.sh does on a machine; the SDK has no part in it."""
    body = {
        "activation_code": code,
        "claim": uuid.uuid4().hex,
        "hostname": hostname,
        "os_id": "ubuntu-x86_64-jammy",
        "os_platform": "linux",
        "agent_version": "21.5.20-8451",
        "interfaces": [{"name": "eth0", "address": "10.0.0.5", "cidr_block": 24}],
        **more,
    }
    request = urllib.request.Request(
        f"{URL}/api/v2/agents/activate",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=CA)) as reply:
        return json.load(reply)


class Suite(unittest.TestCase):
    def setUp(self):
        self.pce = connect()

    def label(self, key="env", **more):
        made = self.pce.labels.create(illumio.Label(key=key, value=unique(key), **more))
        self.addCleanup(self.forget, self.pce.labels, made.href)
        return made

    def profile(self, **members):
        wanted = {"name": unique("PP"), "enabled": True, **members}
        made = self.pce.pairing_profiles.create(illumio.PairingProfile(**wanted))
        self.addCleanup(self.forget, self.pce.pairing_profiles, made.href)
        return made

    def forget(self, api, href):
        try:
            api.delete(href)
        except IllumioApiException:
            pass  # the test itself deleted it

    def listed(self, api, params):
        """What a redemption made is in lists within a second."""
        deadline = time.monotonic() + 10
        while not (found := api.get(params=params)) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def paired(self, hostname=None, **profile):
        code = self.pce.generate_pairing_key(self.profile(**profile).href)
        return activate(code, hostname or unique("host"))

    def refused(self, message, call, *args, **kwargs):
        with self.assertRaises(IllumioApiException) as caught:
            call(*args, **kwargs)
        self.assertIn(message, str(caught.exception))


class Connection(Suite):
    def test_connects(self):
        """must_connect and check_connection"""
        self.pce.must_connect()
        self.assertTrue(self.pce.check_connection())

    def test_wrong_secret(self):
        """a wrong secret does not connect"""
        pce = connect(secret="0" * 64)
        self.assertFalse(pce.check_connection())
        self.refused("authentication_error: Authentication failed", pce.must_connect)

    def test_wrong_organization(self):
        """another organization does not connect"""
        pce = connect(org_id=999_999)
        self.refused("authorization_error", pce.must_connect)

    def test_invalid_endpoint(self):
        """an unknown path is the 404 that clients compare word for word"""
        self.refused("404 Client Error: Not Found for url: https://", self.pce.get, "/invalid_endpoint")

    def test_sweepers(self):
        """what the SDK's own sweepers ask for and is not here is empty"""
        for path in ("container_clusters", "sec_policy/draft/ip_lists", "sec_policy/draft/rule_sets"):
            reply = self.pce.get(path, params={"external_data_set": "x"})
            self.assertEqual((reply.json(), reply.headers["X-Total-Count"]), ([], "0"))


class Labels(Suite):
    def test_life(self):
        """labels: create, get, change, delete"""
        data_set, reference = unique("set"), unique("reference")
        label = self.label("role", external_data_set=data_set, external_data_reference=reference)
        self.assertRegex(label.href, r"^/orgs/\d+/labels/[1-9]\d*$")
        self.assertEqual(label.key, "role")
        for stamp in (label.created_at, label.updated_at):
            self.assertRegex(stamp, TIME)
        self.assertEqual(self.pce.labels.get_by_reference(label), label)
        self.assertEqual(self.pce.labels.get(params={"external_data_set": data_set}), [label])
        value = unique("changed")
        self.pce.labels.update(label, {"value": value})
        self.assertEqual(self.pce.labels.get_by_reference(label.href).value, value)
        self.pce.labels.delete(label)
        self.assertTrue(self.pce.labels.get_by_reference(label).deleted)
        self.assertEqual(self.pce.labels.get(params={"value": value}), [])
        self.refused("label_already_deleted", self.pce.labels.delete, label)

    def test_filters(self):
        """labels: filters by key and part of value; get_all counts first"""
        part = unique("part")
        made = [self.pce.labels.create({"key": key, "value": f"{part}-{key}"}) for key in ("role", "app", "env", "loc")]
        for label in made:
            self.addCleanup(self.forget, self.pce.labels, label.href)
        self.assertEqual([one.href for one in self.pce.labels.get(params={"value": part})], [one.href for one in made])
        self.assertEqual(self.pce.labels.get(params={"key": "app", "value": part.upper()}), [made[1]])
        self.assertEqual(self.pce.labels.get_all(params={"value": part}), made)
        self.assertEqual(self.pce.labels.get(params={"value": part, "max_results": 2}), made[:2])

    def test_refusals(self):
        """labels: what a PCE refuses, in its words"""
        label = self.label("loc")
        twin = {"key": label.key, "value": label.value}
        self.refused("label_key_and_value_must_be_unique: Label key and value must be unique", self.pce.labels.create, twin)
        self.refused("label_key_not_supported: Label key is not supported", self.pce.labels.create, {"key": "x", "value": "x"})
        self.refused("input_validation_error", self.pce.labels.create, {"key": "role"})
        self.refused("404 Client Error: Not Found", self.pce.labels.get_by_reference, f"/orgs/{self.pce.org_id}/labels/00")

    def test_asynchronously(self):
        """labels: get_async"""
        label = self.label("app")
        self.assertEqual(self.pce.labels.get_async(params={"value": label.value}), [label])


class PairingProfiles(Suite):
    def test_as_the_sdk_tests_it(self):
        """pairing profiles: the SDK's own integration test, field by field"""
        label = self.label()
        wanted = {
            "name": unique("PP"),
            "description": "Created by the SDK",
            "external_data_set": unique("set"),
            "external_data_reference": unique("reference"),
            "enabled": True,
            "enforcement_mode": "visibility_only",
            "enforcement_mode_lock": True,
            "visibility_level": "flow_summary",
            "visibility_level_lock": True,
            "allowed_uses_per_key": 1,
            "key_lifespan": "unlimited",
            "labels": [illumio.Reference(href=label.href)],
            "role_label_lock": False,
            "app_label_lock": False,
            "env_label_lock": True,
            "loc_label_lock": False,
        }
        made = self.profile(**wanted)
        for name, value in wanted.items():
            self.assertEqual(getattr(made, name), value, name)
        self.assertRegex(made.agent_software_release, r"^Default \([\d.-]+\)$")
        self.assertEqual((made.is_default, made.total_use_count, made.last_pairing_at), (False, 0, None))
        self.assertEqual(made.caps, ["write", "generate_pairing_key"])
        profiles = self.pce.pairing_profiles
        self.assertEqual(profiles.get_by_reference(made), made)
        self.assertEqual(profiles.get_by_name(made.name), made)
        self.assertEqual(profiles.get(params={"name": made.name[:-1]}), [made])
        groups = json.dumps([[label.href]])
        self.assertEqual(profiles.get(params={"labels": groups}), [made])
        profiles.update(made.href, {"enforcement_mode": "selective"})
        changed = profiles.get_by_reference(made.href)
        self.assertEqual((changed.enforcement_mode, changed.mode), ("selective", "selective"))

    def test_round_trip(self):
        """pairing profiles: a whole object, read, changed and sent back"""
        made = self.profile(allowed_uses_per_key=3, key_lifespan=120)
        whole = self.pce.pairing_profiles.get_by_reference(made)
        whole.description = "changed"
        self.pce.pairing_profiles.update(made, whole)
        after = self.pce.pairing_profiles.get_by_reference(made)
        self.assertEqual((after.description, after.allowed_uses_per_key, after.key_lifespan), ("changed", 3, 120))

    def test_lists(self):
        """pairing profiles: get, get_all and get_async agree"""
        part = unique("list")
        made = [self.profile(name=f"{part}-{n}") for n in range(3)]
        params = {"name": part}
        for found in (
            self.pce.pairing_profiles.get(params=params),
            self.pce.pairing_profiles.get_all(params=params),
            self.pce.pairing_profiles.get_async(params=params),
        ):
            self.assertEqual(found, made)
        self.assertIn("Default", [one.name for one in self.pce.pairing_profiles.get_all()])

    def test_delete(self):
        """pairing profiles: delete, then 404"""
        made = self.profile()
        self.pce.pairing_profiles.delete(made)
        self.refused("404 Client Error: Not Found for url: https://", self.pce.pairing_profiles.get_by_reference, made)
        self.assertIsNone(self.pce.pairing_profiles.get_by_name(made.name))

    def test_refusals(self):
        """pairing profiles: what a PCE refuses"""
        create = self.pce.pairing_profiles.create
        self.refused("did not contain a required property of 'enabled'", create, {"name": "x"})
        self.refused("input_validation_error", create, {"enabled": True, "allowed_uses_per_key": 0})
        unknown = f"/orgs/{self.pce.org_id}/labels/999999999"
        self.refused("invalid_uri: Invalid URI: {%s}" % unknown, create, {"enabled": True, "labels": [{"href": unknown}]})


class PairingKeys(Suite):
    def test_shape(self):
        """pairing keys: 81 hexadecimal digits, and never the same"""
        profile = self.profile()
        codes = {self.pce.generate_pairing_key(profile.href) for _ in range(3)}
        self.assertEqual(len(codes), 3)
        for code in codes:
            self.assertRegex(code, r"^1[0-9a-f]{80}$")

    def test_uses(self):
        """pairing keys: as many workloads as the profile says, and no more"""
        profile = self.profile(allowed_uses_per_key=2)
        code = self.pce.generate_pairing_key(profile.href)
        activate(code, "one")
        activate(code, "two")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            activate(code, "three")
        self.assertEqual(caught.exception.code, 401)
        after = self.pce.pairing_profiles.get_by_reference(profile)
        self.assertEqual(after.total_use_count, 2)
        self.assertRegex(after.last_pairing_at, TIME)

    def test_stop(self):
        """pairing keys: of a disabled profile, and after all keys were deleted, nothing pairs"""
        profile = self.profile(enabled=False)
        code = self.pce.generate_pairing_key(profile.href)
        self.assertRaises(urllib.error.HTTPError, activate, code, "off")
        self.pce.pairing_profiles.update(profile, {"enabled": True})
        activate(code, "on")
        self.pce.delete(f"{profile.href}/pairing_keys", include_org=False)
        self.assertRaises(urllib.error.HTTPError, activate, code, "stopped")


class Machines(Suite):
    def test_workload(self):
        """workloads: what pairing made, decoded"""
        label = self.label("role")
        hostname = unique("web")
        paired = self.paired(hostname, labels=[illumio.Reference(href=label.href)], enforcement_mode="full")
        workload = self.pce.workloads.get_by_reference(paired["workload"])
        self.assertRegex(workload.href, f"^/orgs/\\d+/workloads/{UUID}$")
        self.assertEqual((workload.hostname, workload.online, workload.deleted), (hostname, True, False))
        self.assertEqual(workload.enforcement_mode, "full")
        self.assertEqual([one.href for one in workload.labels], [label.href])
        self.assertEqual([(one.name, one.address, one.cidr_block) for one in workload.interfaces], [("eth0", "10.0.0.5", 24)])
        self.assertEqual(workload.agent.status.agent_version, "21.5.20-8451")
        self.assertEqual(workload.agent.href, paired["agent"]["href"])
        self.assertEqual(workload.ven.href, paired["ven"]["href"])
        self.assertEqual(self.listed(self.pce.workloads, {"hostname": hostname}), [workload])
        self.assertEqual(self.pce.workloads.get_async(params={"hostname": hostname}), [workload])
        self.assertEqual(self.pce.workloads.get_all(params={"hostname": hostname}), [workload])

    def test_ven(self):
        """VENs: what pairing made, decoded"""
        paired = self.paired()
        ven = self.pce.vens.get_by_reference(paired["ven"])
        self.assertEqual((ven.status, ven.activation_type, ven.ven_type), ("active", "pairing_key", "server"))
        self.assertEqual([one.href for one in ven.workloads], [paired["workload"]["href"]])
        self.assertEqual(ven.version, "21.5.20-8451")
        self.assertTrue(ven.unpair_allowed)
        self.assertEqual(self.listed(self.pce.vens, {"hostname": ven.hostname}), [ven])
        self.assertEqual(self.pce.vens.get_async(params={"hostname": ven.hostname}), [ven])

    def test_change_workload(self):
        """workloads: update, of some members and of a whole object"""
        label = self.label("app")
        workload = self.pce.workloads.get_by_reference(self.paired()["workload"])
        name = unique("name")
        change = {"name": name, "labels": [label], "enforcement_mode": illumio.EnforcementMode.SELECTIVE}
        self.pce.workloads.update(workload, change)
        changed = self.pce.workloads.get_by_reference(workload)
        self.assertEqual((changed.name, changed.enforcement_mode), (name, "selective"))
        self.assertEqual([one.href for one in changed.labels], [label.href])
        changed.description = "changed"
        self.pce.workloads.update(workload, changed)
        self.assertEqual(self.pce.workloads.get_by_name(name).description, "changed")
        part = {"name": name.upper(), "managed": True, "enforcement_mode": "selective"}
        self.assertEqual([one.href for one in self.pce.workloads.get(params=part)], [workload.href])
        self.refused("input_validation_error", self.pce.workloads.update, workload, {"enforcement_mode": "none"})

    def test_suspend(self):
        """VENs: update suspends one, and lets it be active again"""
        ven = self.pce.vens.get_by_reference(self.paired()["ven"])
        self.pce.vens.update(ven, {"status": "suspended", "name": unique("ven")})
        suspended = self.pce.vens.get_by_reference(ven)
        self.assertEqual(suspended.status, "suspended")
        self.assertIn(suspended.href, [one.href for one in self.pce.vens.get(params={"status": "suspended"})])
        suspended.status = "active"
        self.pce.vens.update(ven, suspended)
        self.assertEqual(self.pce.vens.get_by_reference(ven).status, "active")

    def test_unpair_by_workload(self):
        """workloads: the old form of unpair"""
        paired = self.paired()
        self.pce.put("/workloads/unpair", json={"workloads": [paired["workload"]], "ip_table_restore": "saved"})
        self.refused("404", self.pce.vens.get_by_reference, paired["ven"])

    def test_refused_bulk(self):
        """workloads: an unpaired one cannot be made here, and fails as an unknown method or path"""
        self.refused("405", self.pce.workloads.create, illumio.Workload(name="unmanaged"))

    def test_unpair(self):
        """VENs: unpair, and the workload is gone"""
        paired = self.paired()
        self.pce.put("/vens/unpair", json={"vens": [paired["ven"]], "firewall_restore": "saved"})
        self.refused("404", self.pce.workloads.get_by_reference, paired["workload"])
        self.refused("404", self.pce.vens.get_by_reference, paired["ven"])


class Users(Suite):
    def test_users(self):
        """users: the owner is among them, and is who made things"""
        # Not `pce.users`: release 1.1.3 cannot decode the list `effective_groups`, which a PCE sends too.
        users = self.pce.get("/users", include_org=False).json()
        [owner] = [user for user in users if user["username"] == CREDENTIALS["email"]]
        self.assertEqual(owner["type"], "local")
        self.assertEqual(self.label("role").created_by.href, owner["href"])
        found = self.pce.get(owner["href"], include_org=False).json()
        self.assertEqual((found["href"], found["username"]), (owner["href"], owner["username"]))

    def test_api_key(self):
        """users: a further API key, as the SDK's documentation makes one, is good until it is deleted"""
        owner = self.label("app").created_by.href
        key = self.pce.post(f"{owner}/api_keys", json={"name": unique("key")}, include_org=False).json()
        other = connect(key["auth_username"], key["secret"])
        other.must_connect()
        listed = other.get(f"{owner}/api_keys", include_org=False)
        self.assertIn(key["key_id"], [one["key_id"] for one in listed.json()])
        self.assertNotIn(key["secret"], listed.text)
        self.pce.delete(f"{owner}/api_keys/{key['key_id']}", include_org=False)
        self.assertFalse(other.check_connection())


class Events(Suite):
    def test_events(self):
        """events: each change is recorded with its actor, and filters find it"""
        label = self.label("env")
        self.pce.labels.update(label, {"value": unique("changed")})
        events = self.pce.events.get(params={"event_type": "label.update", "max_results": 1})
        self.assertEqual(len(events), 1)
        event = events[0]
        self.assertEqual((event.event_type, event.status, event.severity), ("label.update", "success", "info"))
        self.assertEqual(event.action.api_method, "PUT")
        self.assertEqual(event.resource_changes[0].resource["label"]["href"], label.href)
        self.assertEqual(event.resource_changes[0].changes["value"]["before"], label.value)
        self.assertIn("user", event.created_by)
        self.assertEqual(self.pce.events.get_by_reference(event), event)
        creator = event.created_by["user"]["href"]
        mine = self.pce.events.get_all(params={"created_by": creator, "event_type": "label.update"})
        self.assertIn(event, mine)
        self.assertEqual(self.pce.events.get(params={"event_type": "label.update", "status": "failure"}), [])

    def test_failures(self):
        """events: a refused pairing and a refused credential are recorded, without their secrets"""
        code = self.pce.generate_pairing_key(self.profile(enabled=False).href)
        self.assertRaises(urllib.error.HTTPError, activate, code, "off")
        connect(secret="0" * 64).check_connection()
        for event_type in ("agent.activate", "request.authentication_failed"):
            failed = self.listed(self.pce.events, {"event_type": event_type, "status": "failure"})
            self.assertTrue(failed, event_type)
            self.assertEqual({event.severity for event in failed}, {"err"})
            self.assertNotIn(code, str(failed))

    def test_asynchronously(self):
        """events: get_async"""
        label = self.label("loc")
        found = self.pce.events.get_async(params={"event_type": "label.create"})
        self.assertIn(label.href, [one.resource_changes[0].resource["label"]["href"] for one in found])


class Releases(Suite):
    def test_release(self):
        """VEN releases: the default is the one that profiles name"""
        [release] = self.pce.get("/software/ven/releases").json()
        self.assertTrue(release["default"])
        self.assertEqual(self.profile().agent_software_release, "Default (%s)" % release["release"])


if __name__ == "__main__":
    tap.main()
