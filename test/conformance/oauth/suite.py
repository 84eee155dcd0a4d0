"""Generic OAuth and JWT libraries, unmodified, against the native API's tokens and metadata."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import uuid
from pathlib import Path

import jwt
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator

URL = os.environ["LATCHKEY_URL"]
CREDENTIALS = json.loads(Path(os.environ["LATCHKEY_CREDENTIALS"]).read_text())["illumio"]
CA = os.environ["LATCHKEY_CA"]
AUDIENCE = "latchkey-agent"
METADATA = f"{URL}/.well-known/oauth-authorization-server"

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402


def operator():
    session = requests.Session()
    session.auth = (CREDENTIALS["auth_username"], CREDENTIALS["secret"])
    session.verify = CA
    return session


def get(url):
    answer = requests.get(url, verify=CA)
    answer.raise_for_status()
    return answer.json()


def enroll():
    owner = operator()
    profile = owner.post(f"{URL}/v1/profiles", json={"name": f"oauth {uuid.uuid4()}"}).json()
    key = owner.post(f"{URL}/v1/keys", json={"profile_id": profile["id"], "max_uses": 1}).json()
    return requests.post(f"{URL}/v1/enroll", json={"code": key["code"], "claim": uuid.uuid4().hex}, verify=CA).json()


def rotate(algorithm):
    """As an operator does it: from now on the ring signs by that algorithm"""
    scripts = Path(__file__).resolve().parents[3] / "scripts"
    env = {**os.environ, "LATCHKEY_DATA": str(Path(os.environ["LATCHKEY_CREDENTIALS"]).parent)}
    command = ["node", str(scripts / "rotate.ts"), "ring", "--now", "--algorithm", algorithm]
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    if done.returncode != 0:
        raise AssertionError(done.stderr)


def client(enrolled):
    token = {name: enrolled[name] for name in ("access_token", "refresh_token", "token_type", "expires_in")}
    session = OAuth2Session(enrolled["agent"]["id"], token=token, token_endpoint_auth_method="none")
    session.verify = CA
    return session


class Metadata(unittest.TestCase):
    def test_authlib(self):
        """Authlib's RFC 8414 model takes the metadata, and what it names is there"""
        metadata = AuthorizationServerMetadata(get(METADATA))
        metadata.validate()
        self.assertEqual(metadata["issuer"], URL)
        for name in ("jwks_uri", "service_documentation"):
            get(metadata[name])

    def test_cors(self):
        """A page of another site may read it"""
        headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
        for url in (METADATA, get(METADATA)["jwks_uri"], f"{URL}/openapi.json"):
            self.assertEqual(requests.options(url, headers=headers, verify=CA).status_code, 204)
            self.assertEqual(requests.get(url, headers=headers, verify=CA).headers["Access-Control-Allow-Origin"], "*")


def verify_by_pyjwt(test, enrolled, algorithm):
    metadata, token = get(METADATA), enrolled["access_token"]
    keys = jwt.PyJWKSet.from_dict(get(metadata["jwks_uri"]))
    header = jwt.get_unverified_header(token)
    test.assertEqual((header["typ"], header["alg"]), ("at+jwt", algorithm))
    claims = jwt.decode(
        token, keys[header["kid"]].key, algorithms=[algorithm], audience=AUDIENCE, issuer=metadata["issuer"],
        options={"require": ["exp", "iat", "iss", "aud", "sub", "jti", "client_id"]})
    test.assertEqual(claims["sub"], enrolled["agent"]["id"])
    with test.assertRaises(jwt.InvalidAudienceError):
        jwt.decode(token, keys[header["kid"]].key, algorithms=[algorithm], audience="another")


def verify_by_authlib(test, enrolled):
    metadata = get(METADATA)

    class Validator(JWTBearerTokenValidator):
        def get_jwks(self):
            return JsonWebKey.import_key_set(get(metadata["jwks_uri"]))

    validator = Validator(issuer=metadata["issuer"], resource_server=AUDIENCE)
    token = validator.authenticate_token(enrolled["access_token"])
    validator.validate_token(token, [], None)
    test.assertEqual(token["client_id"], enrolled["agent"]["id"])
    changed = enrolled["access_token"][:-6] + "AAAAAA"
    with test.assertRaises(Exception):
        validator.validate_token(validator.authenticate_token(changed), [], None)


class Tokens(unittest.TestCase):
    def test_pyjwt(self):
        """PyJWT verifies an access token with the published keys"""
        verify_by_pyjwt(self, enroll(), "EdDSA")

    def test_authlib_rfc9068(self):
        """Authlib's RFC 9068 validator of resource servers takes it, and no changed one"""
        verify_by_authlib(self, enroll())

    def test_challenge(self):
        """A bad token is answered by Bearer and invalid_token (RFC 6750)"""
        refused = requests.get(f"{URL}/v1/agents/self", headers={"Authorization": "Bearer x"}, verify=CA)
        self.assertEqual(refused.status_code, 401)
        self.assertRegex(refused.headers["WWW-Authenticate"], r'^Bearer realm="latchkey", error="invalid_token"')


class Session(unittest.TestCase):
    def test_refresh(self):
        """Authlib's session refreshes, and calls with the new token"""
        metadata, session = get(METADATA), client(enroll())
        before = session.token["access_token"]
        session.refresh_token(metadata["token_endpoint"])
        self.assertNotEqual(session.token["access_token"], before)
        self.assertEqual(session.get(f"{URL}/v1/agents/self").json()["id"], session.client_id)
        with self.assertRaises(OAuthError) as refused:
            session.refresh_token(metadata["token_endpoint"], scope="openid")
        self.assertEqual(refused.exception.error, "invalid_scope")

    def test_introspect(self):
        """RFC 7662 says the same as the token itself"""
        enrolled = enroll()
        said = operator().post(get(METADATA)["introspection_endpoint"], data={"token": enrolled["access_token"]}).json()
        claims = jwt.decode(enrolled["access_token"], options={"verify_signature": False})
        self.assertEqual(said, {"active": True, "token_type": "Bearer", **claims})

    def test_revoke(self):
        """Authlib's session revokes its refresh token (RFC 7009): the agent has left"""
        metadata, session = get(METADATA), client(enroll())
        token = session.token["refresh_token"]
        answer = session.revoke_token(metadata["revocation_endpoint"], token, "refresh_token")
        self.assertEqual(answer.status_code, 200)
        agent = operator().get(f"{URL}/v1/agents/{session.client_id}").json()
        self.assertEqual(agent["state"], "left")
        with self.assertRaises(OAuthError):
            session.refresh_token(metadata["token_endpoint"], token)


def go_version():
    if not shutil.which("go"):
        return (0, 0)
    said = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, env={**os.environ, "GOTOOLCHAIN": "local"})
    return tuple(int(part) for part in re.findall(r"[0-9]+", said.stdout)[:2])


HAS_GO = unittest.skipUnless(go_version() >= (1, 26), "there is no Go 1.26 or newer")


def verify_by_go(test, algorithm):
    folder = Path(__file__).resolve().parent / "go"
    asked = {**enroll(), "metadata": get(METADATA), "audience": AUDIENCE, "algorithm": algorithm}
    with tempfile.TemporaryDirectory() as built:
        program = f"{built}/verify"
        made = subprocess.run(["go", "build", "-o", program, "."], cwd=folder, text=True, capture_output=True)
        test.assertEqual(made.returncode, 0, made.stderr)
        # Not while it is built: then no other server would be trusted.
        env = {**os.environ, "SSL_CERT_FILE": CA}
        done = subprocess.run([program], input=json.dumps(asked), text=True, capture_output=True, env=env)
    test.assertEqual(done.returncode, 0, done.stderr)
    test.assertEqual(done.stdout.split(), [asked["agent"]["id"], asked["agent"]["id"]])


class Go(unittest.TestCase):
    @HAS_GO
    def test_go(self):
        """go-oidc verifies with the published keys; golang.org/x/oauth2 refreshes"""
        verify_by_go(self, "EdDSA")


def has_java():
    if not (shutil.which("mvn") and shutil.which("javac") and shutil.which("keytool")):
        return False
    said = subprocess.run(["javac", "-version"], capture_output=True, text=True)
    return int(re.search(r"[0-9]+", said.stdout + said.stderr).group()) >= 17


class TokensByES256(unittest.TestCase):
    """Of a ring that was rotated from EdDSA to ES256: the key set has a key of each"""

    @classmethod
    def setUpClass(cls):
        cls.older = enroll()
        rotate("ES256")

    @classmethod
    def tearDownClass(cls):
        rotate("EdDSA")

    def test_key_set(self):
        """The key set has keys of both algorithms, and what was signed before is verified"""
        keys = get(get(METADATA)["jwks_uri"])["keys"]
        self.assertEqual([key["alg"] for key in keys[-2:]], ["EdDSA", "ES256"])
        verify_by_pyjwt(self, self.older, "EdDSA")

    def test_pyjwt(self):
        """PyJWT verifies ES256"""
        verify_by_pyjwt(self, enroll(), "ES256")

    def test_authlib_rfc9068(self):
        """Authlib's RFC 9068 validator takes ES256"""
        verify_by_authlib(self, enroll())

    @HAS_GO
    def test_go(self):
        """go-oidc verifies ES256"""
        verify_by_go(self, "ES256")

    @unittest.skipUnless(has_java(), "there is no JDK 17 or newer with Maven: Nimbus and Spring Security were not run")
    def test_java(self):
        """Nimbus verifies ES256, and so does Spring Security, which is given the issuer alone"""
        folder = Path(__file__).resolve().parent / "java"
        metadata, enrolled = get(METADATA), enroll()
        with tempfile.TemporaryDirectory() as out:
            made = subprocess.run(["mvn", "-q", "-B", f"-Dout={out}", "compile"], cwd=folder, text=True, capture_output=True)
            self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
            store = ["-keystore", f"{out}/trust.p12", "-storepass", "changeit"]
            subprocess.run(["keytool", "-importcert", "-noprompt", "-file", CA, *store], check=True, capture_output=True)
            trust = [f"-Djavax.net.ssl.trustStore={out}/trust.p12", "-Djavax.net.ssl.trustStorePassword=changeit"]
            libraries = Path(out, "classpath").read_text().strip()
            asked = [metadata["issuer"], metadata["jwks_uri"], AUDIENCE, enrolled["access_token"]]
            done = subprocess.run(
                ["java", *trust, "-cp", f"{out}/classes:{libraries}", "Verify", *asked], text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.split(), [enrolled["agent"]["id"], enrolled["agent"]["id"]])


if __name__ == "__main__":
    tap.main()
