"""The official Python SDK of ZPA, unmodified and with the vendor's own addresses, under `latchkey exec --zpa`."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

URL = os.environ["LATCHKEY_URL"]
CREDENTIALS = json.loads(Path(os.environ["LATCHKEY_CREDENTIALS"]).read_text())["zpa"]
HERE = Path(__file__).resolve().parent
LATCHKEY = HERE.parents[2] / "scripts" / "latchkey.ts"

sys.path.insert(0, str(HERE.parent))
import tap  # noqa: E402


class Exec(unittest.TestCase):
    def walk(self, mode):
        done = subprocess.run(
            ["node", LATCHKEY, "exec", "--zpa", "--url", URL, "--", sys.executable, HERE / "sdk.py", mode],
            capture_output=True,
            text=True,
            env={
                **os.environ,
                # Of the server here: its certificate is its own.
                "NODE_EXTRA_CA_CERTS": os.environ["LATCHKEY_CA"],
                "ZSCALER_CLIENT_CACHE_ENABLED": "false",
                "ZPA_CLIENT_ID": CREDENTIALS["client_id"],
                "ZPA_CLIENT_SECRET": CREDENTIALS["client_secret"],
                "ZPA_CUSTOMER_ID": CREDENTIALS["customer_id"],
            },
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def test_legacy(self):
        """config.private.zscaler.com: a provisioning key is made, listed and deleted"""
        self.assertEqual(self.walk("legacy"), {"made": "3", "listed": True, "left": False})

    def test_oneapi(self):
        """acme.zslogin.net and api.zsapi.net: the same"""
        self.assertEqual(self.walk("oneapi"), {"made": "3", "listed": True, "left": False})


if __name__ == "__main__":
    tap.main()
