"""Linters and generators of clients, unmodified, on the OpenAPI documents; each generated client then runs a flow."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
URL = os.environ["LATCHKEY_URL"]
CREDENTIALS = json.loads(Path(os.environ["LATCHKEY_CREDENTIALS"]).read_text())["illumio"]
CA = os.environ["LATCHKEY_CA"]
BIN = HERE / "node_modules" / ".bin"
GENERATOR = "org.openapitools:openapi-generator-cli:7.25.0"
OAPI_CODEGEN = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"
DIALECTS = ["all", "native", "illumio", "zpa", "datonis"]

sys.path.insert(0, str(HERE.parent))
import tap  # noqa: E402


def run(*command, cwd=None, **env):
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, capture_output=True, env={**os.environ, **env})
    if done.returncode != 0:
        raise AssertionError(f"{command[0]}: {(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def go_version():
    if not shutil.which("go"):
        return (0, 0)
    said = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, env={**os.environ, "GOTOOLCHAIN": "local"})
    return tuple(int(part) for part in re.findall(r"[0-9]+", said.stdout)[:2])


HAS_GO = unittest.skipUnless(go_version() >= (1, 26), "there is no Go 1.26 or newer")
HAS_JAVA = unittest.skipUnless(
    shutil.which("mvn") and shutil.which("java"), "there is no Java with Maven: openapi-generator was not run")


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = Path(cls.folder.name)
        run("node", ROOT / "scripts" / "installed.mjs", "test/conformance/openapi")
        for version in ("3.1", "3.0"):
            for name in DIALECTS:
                answer = requests.get(f"{URL}/openapi/{version}/{name}.json", verify=CA)
                answer.raise_for_status()
                (cls.out / f"{name}-{version}.json").write_text(answer.text)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def documents(self):
        return [self.out / f"{name}-{version}.json" for name in ("all", "native") for version in ("3.1", "3.0")]

    def flow(self, *command, cwd, **env):
        login = f"{CREDENTIALS['auth_username']}:{CREDENTIALS['secret']}"
        said = run(*command, cwd=cwd, LATCHKEY_LOGIN=login, **env)
        self.assertEqual(said.split(), ["true", "revoked"])

    def generate(self, language):
        run("mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy", f"-Dartifact={GENERATOR}",
            f"-DoutputDirectory={self.out}", "-Dmdep.stripVersion=true", cwd=self.out)
        target = self.out / language
        run("java", "-jar", self.out / "openapi-generator-cli.jar", "generate", "-i", self.out / "native-3.1.json",
            "-g", language, "-o", target, "--package-name", "native")
        return target

    def test_redocly(self):
        """redocly finds no error in the whole and the native document, 3.1.0 and 3.0.3"""
        for document in self.documents():
            run(BIN / "redocly", "lint", document, "--format=summary", REDOCLY_TELEMETRY="off")

    def test_spectral(self):
        """spectral finds no error in the whole and the native document, 3.1.0 and 3.0.3"""
        for document in self.documents():
            run(BIN / "spectral", "lint", "--quiet", "--ruleset", HERE / "spectral.yaml", document)

    def test_typescript(self):
        """openapi-typescript: types of every dialect compile under tsc --strict; openapi-fetch runs the flow"""
        folder = self.out / "typescript"
        folder.mkdir()
        (folder / "package.json").write_text('{"type": "module"}')
        (folder / "node_modules").symlink_to(HERE / "node_modules")
        (folder / "@types").symlink_to(ROOT / "node_modules" / "@types")
        shutil.copy(HERE / "flows" / "flow.ts", folder)
        for name in ("all", "native"):
            run(BIN / "openapi-typescript", self.out / f"{name}-3.1.json", "-o", folder / f"{name}.d.ts",
                # Otherwise what has a default would have to be sent.
                "--default-non-nullable", "false")
        run(BIN / "tsc", "--strict", "--noEmit", "--target", "es2024", "--module", "nodenext", "--allowImportingTsExtensions",
            "--typeRoots", folder / "@types", "--types", "node", "flow.ts", "all.d.ts", cwd=folder)
        self.flow("node", "flow.ts", cwd=folder, NODE_EXTRA_CA_CERTS=CA)

    @HAS_JAVA
    def test_python(self):
        """openapi-generator: the Python client runs the flow"""
        self.flow(sys.executable, HERE / "flows" / "flow.py", cwd=self.out, PYTHONPATH=str(self.generate("python")))

    @HAS_JAVA
    @HAS_GO
    def test_go(self):
        """openapi-generator: the Go client compiles and runs the flow"""
        folder = self.generate("go")
        shutil.rmtree(folder / "test", ignore_errors=True)
        (folder / "go.mod").write_text("module latchkey.example/native\n\ngo 1.26\n")
        shutil.copytree(HERE / "flows" / "generator", folder / "flow")
        self.build_and_run(folder)

    @HAS_GO
    def test_oapi_codegen(self):
        """oapi-codegen: the Go client of 3.0.3 compiles and runs the flow"""
        folder = self.out / "oapi"
        (folder / "client").mkdir(parents=True)
        run("go", "install", OAPI_CODEGEN, GOBIN=str(self.out / "bin"), GOFLAGS="-mod=mod")
        made = run(self.out / "bin" / "oapi-codegen", "-generate", "types,client", "-package", "client", self.out / "native-3.0.json")
        (folder / "client" / "client.go").write_text(made)
        (folder / "go.mod").write_text("module latchkey.example/native\n\ngo 1.26\n")
        shutil.copytree(HERE / "flows" / "oapi", folder / "flow")
        self.build_and_run(folder)

    def build_and_run(self, folder):
        run("go", "mod", "tidy", cwd=folder)
        run("go", "build", "./...", cwd=folder)
        run("go", "build", "-o", folder / "program", "./flow", cwd=folder)
        # Not while it is built: then no other server would be trusted.
        self.flow(folder / "program", cwd=folder, SSL_CERT_FILE=CA)


if __name__ == "__main__":
    tap.main()
