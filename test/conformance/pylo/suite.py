"""pylo (PyPI: illumio_pylo), unmodified, against a Latchkey that it takes for a PCE: its library, and two of its commands."""
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import urlparse

os.environ["REQUESTS_CA_BUNDLE"] = os.environ["LATCHKEY_CA"]
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402

import illumio_pylo as pylo  # noqa: E402

URL = urlparse(os.environ["LATCHKEY_URL"])
CREDENTIALS = json.loads(Path(os.environ["LATCHKEY_CREDENTIALS"]).read_text())["illumio"]
ORGANIZATION = CREDENTIALS["org_id"]


def connect():
    return pylo.APIConnector(
        URL.hostname, URL.port, CREDENTIALS["auth_username"], CREDENTIALS["secret"], org_id=ORGANIZATION
    )


def unique(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def activate(code, hostname):
    """What pair.sh does on a machine."""
    body = {"activation_code": code, "claim": uuid.uuid4().hex, "hostname": hostname, "os_id": "ubuntu-x86_64-jammy",
            "interfaces": [{"name": "eth0", "address": "10.0.0.5", "cidr_block": 24}]}
    request = urllib.request.Request(
        f"{URL.geturl()}/api/v2/agents/activate",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    context = ssl.create_default_context(cafile=os.environ["LATCHKEY_CA"])
    with urllib.request.urlopen(request, context=context) as reply:
        return json.load(reply)


class Pylo(unittest.TestCase):
    def setUp(self):
        self.pce = connect()

    def paired(self, labels=(), count=1):
        profile = self.pce.do_post_call(
            "/pairing_profiles", json_arguments={"enabled": True, "name": unique("PP"), "labels": list(labels)}
        )
        code = self.pce.do_post_call(
            f"{profile['href']}/pairing_key", json_arguments={}, include_org_id=False
        )["activation_code"]
        names = [unique("host") for _ in range(count)]
        made = [activate(code, name)["workload"]["href"] for name in names]
        self.listed(names[-1])
        # What it paired keeps the labels; the profile would, too.
        self.pce.do_put_call(
            profile["href"], json_arguments={"labels": []}, include_org_id=False, json_output_expected=False
        )
        return made, names

    def listed(self, name):
        """What a redemption made is in lists within a second."""
        deadline = time.monotonic() + 10
        while not (found := self.pce.objects_workload_get(filter_by_name=name)) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def label(self, key="role"):
        return self.pce.objects_label_create(unique(key), key)

    def command(self, *arguments):
        """A command of pylo, in a folder of its own."""
        with tempfile.TemporaryDirectory() as folder:
            profile = {
                "PYLO_FQDN": URL.hostname,
                "PYLO_PORT": str(URL.port),
                "PYLO_ORG_ID": str(ORGANIZATION),
                "PYLO_API_USER": CREDENTIALS["auth_username"],
                "PYLO_API_KEY": CREDENTIALS["secret"],
            }
            done = subprocess.run(
                [sys.executable, "-m", "illumio_pylo.cli", "--pce", "ENV", *arguments, "--report-format", "csv"],
                cwd=folder,
                env={**os.environ, **profile, "HOME": folder},
                capture_output=True,
                text=True,
                timeout=120,
                stdin=subprocess.DEVNULL,
            )
            written = [one.read_text(errors="replace") for one in Path(folder).rglob("*.csv")]
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout, "\n".join(written)

    def test_load(self):
        """an organization loads with its labels, dimensions, workloads and empty policy"""
        label = self.label()
        _, names = self.paired([{"href": label["href"]}])
        organization = pylo.Organization(ORGANIZATION)
        organization.load_from_api(self.pce)
        self.assertEqual(set(organization.LabelStore.label_types), {"role", "app", "env", "loc"})
        workload = organization.WorkloadStore.find_workload_matching_hostname(names[0])
        self.assertFalse(workload.unmanaged)
        self.assertTrue(workload.online)
        self.assertEqual(workload.get_label("role").name, label["value"])
        self.assertTrue(workload.ven_agent.software_version.is_unknown)

    def test_filters(self):
        """workloads by name, address, label and policy health; VENs by name"""
        label = self.label("app")
        _, names = self.paired([{"href": label["href"]}])
        found = self.pce.objects_workload_get(filter_by_label=[[label["href"]]], filter_by_managed=True)
        self.assertEqual([one["hostname"] for one in found], names)
        self.assertEqual(self.pce.objects_workload_get(filter_by_label=[[label["href"]]], filter_by_ip="192.0.2."), [])
        self.assertEqual(self.pce.objects_workload_get(filer_by_policy_health="error"), [])
        vens = self.pce.objects_ven_get(filter_by_name=names[0], async_mode=True, representation="ven_labels")
        self.assertEqual([[each["href"] for each in one["labels"]] for one in vens], [[label["href"]]])

    def test_unpair(self):
        """its deletion of managed workloads falls back to unpairing them"""
        hrefs, names = self.paired(count=3)
        tracker = self.pce.new_tracker_workload_multi_delete()
        for href in hrefs:
            tracker.add_href(href)
        tracker.execute(unpair_agents=True)
        self.assertEqual([tracker.get_error_by_href(href) for href in hrefs], [None] * 3)
        self.assertEqual(self.pce.objects_workload_get(filter_by_name=names[0]), [])

    def test_bulk_update(self):
        """a bulk update says of each workload what became of it"""
        hrefs, _ = self.paired()
        unknown = f"/orgs/{ORGANIZATION}/workloads/{uuid.uuid4()}"
        answer = self.pce.objects_workload_update_bulk(
            [{"href": hrefs[0], "description": "changed"}, {"href": unknown, "description": "changed"}]
        )
        self.assertEqual([one["status"] for one in answer], ["updated", "error"])

    def test_label_usage(self):
        """labels in use are not deleted, whether it looks at their usage or not"""
        used, unused = self.label("env"), self.label("env")
        self.paired([{"href": used["href"]}])
        usage = {one["href"]: one["usage"] for one in self.pce.objects_label_get(get_usage=True)}
        self.assertTrue(usage[used["href"]]["workload"])
        self.assertFalse(any(usage[unused["href"]].values()))
        tracker = self.pce.new_tracker_for_label_multi_deletion()
        for label in (used, unused):
            tracker.add_label(label["href"])
        tracker.execute_deletion()
        self.assertIn("label_still_has_associated_agent_info", tracker.get_error(used["href"]))
        self.assertIsNone(tracker.get_error(unused["href"]))

    def test_delete_unused_command(self):
        """the command label-delete-unused deletes what is unused, and no label in use"""
        used, unused = self.label("loc"), self.label("loc")
        self.paired([{"href": used["href"]}])
        self.command("label-delete-unused", "--confirm")
        left = [one["href"] for one in self.pce.objects_label_get()]
        self.assertIn(used["href"], left)
        self.assertNotIn(unused["href"], left)

    def test_export_command(self):
        """the command workload-export writes the workloads"""
        _, names = self.paired()
        _, written = self.command("workload-export")
        self.assertIn(names[0], written)


if __name__ == "__main__":
    tap.main()
