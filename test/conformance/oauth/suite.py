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


class Tokens(unittest.TestCase):
    def test_pyjwt(self):
        """PyJWT verifies an access token with the published keys"""
        metadata, enrolled = get(METADATA), enroll()
        token = enrolled["access_token"]
        keys = jwt.PyJWKSet.from_dict(get(metadata["jwks_uri"]))
        header = jwt.get_unverified_header(token)
        self.assertEqual((header["typ"], header["alg"]), ("at+jwt", "EdDSA"))
        claims = jwt.decode(
            token, keys[header["kid"]].key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=metadata["issuer"],
            options={"require": ["exp", "iat", "iss", "aud", "sub", "jti", "client_id"]})
        self.assertEqual(claims["sub"], enrolled["agent"]["id"])
        with self.assertRaises(jwt.InvalidAudienceError):
            jwt.decode(token, keys[header["kid"]].key, algorithms=["EdDSA"], audience="another")

    def test_authlib_rfc9068(self):
        """Authlib's RFC 9068 validator of resource servers takes it, and no changed one"""
        metadata, enrolled = get(METADATA), enroll()

        class Validator(JWTBearerTokenValidator):
            def get_jwks(self):
                return JsonWebKey.import_key_set(get(metadata["jwks_uri"]))

        validator = Validator(issuer=metadata["issuer"], resource_server=AUDIENCE)
        token = validator.authenticate_token(enrolled["access_token"])
        validator.validate_token(token, [], None)
        self.assertEqual(token["client_id"], enrolled["agent"]["id"])
        changed = enrolled["access_token"][:-6] + "AAAAAA"
        with self.assertRaises(Exception):
            validator.validate_token(validator.authenticate_token(changed), [], None)

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


@unittest.skipUnless(go_version() >= (1, 26), "there is no Go 1.26 or newer")
class Go(unittest.TestCase):
    def test_go(self):
        """go-oidc verifies with the published keys; golang.org/x/oauth2 refreshes"""
        folder = Path(__file__).resolve().parent / "go"
        asked = {**enroll(), "metadata": get(METADATA), "audience": AUDIENCE}
        with tempfile.TemporaryDirectory() as built:
            program = f"{built}/verify"
            made = subprocess.run(["go", "build", "-o", program, "."], cwd=folder, text=True, capture_output=True)
            self.assertEqual(made.returncode, 0, made.stderr)
            # Not while it is built: then no other server would be trusted.
            env = {**os.environ, "SSL_CERT_FILE": CA}
            done = subprocess.run([program], input=json.dumps(asked), text=True, capture_output=True, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.split(), [asked["agent"]["id"], asked["agent"]["id"]])


if __name__ == "__main__":
    tap.main()
