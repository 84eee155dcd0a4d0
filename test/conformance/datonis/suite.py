"""What the Datonis device SDKs send, byte for byte, by HTTP and through the MQTT bridge of deploy/mqtt-bridge.

No registry has the SDKs themselves, so that this is written after what each of them was seen to send (README.md).
"""
import contextlib
import hashlib
import hmac
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import paho.mqtt.client as mqtt

URL = os.environ["LATCHKEY_URL"]
CREDENTIALS = json.loads(Path(os.environ["LATCHKEY_CREDENTIALS"]).read_text())["datonis"]
CA = os.environ.get("LATCHKEY_CA") if URL.startswith("https") else None
CONTEXT = ssl.create_default_context(cafile=CA) if CA else None
BRIDGE = Path(__file__).resolve().parents[3] / "deploy" / "mqtt-bridge"
DEADLINE_SECONDS = 30

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402


def ask(method, path, body=None, headers=None):
    request = urllib.request.Request(URL + path, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, context=CONTEXT) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


class Operator:
    def __init__(self):
        _, signed_in = ask("POST", "/api_sign_in", json.dumps(CREDENTIALS).encode())
        self.headers = {"X-Auth-Token": signed_in["auth_token"], "Content-Type": "application/json"}

    def call(self, method, path, body=None):
        status, answer = ask(method, path, None if body is None else json.dumps(body).encode(), self.headers)
        assert status == 200, (method, path, status, answer)
        return answer

    def pair(self):
        roles = self.call("GET", "/api/v3/roles?search=agent")["roles"]
        role = next(role["role_key"] for role in roles if role["name"] == "Agent")
        return self.call("POST", "/api/v3/key_pairs", {"key_pair": {"role_key": role}})["key_pair"]

    def things(self, text):
        return self.call("GET", f"/api/v3/things?search={text}")["things"]


def sign(secret, text):
    data = text if isinstance(text, bytes) else text.encode()
    return hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()


def until(read, is_done):
    """Reads until that is so: what devices wrote can be read about a second later."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        value = read()
        if is_done(value) or time.monotonic() > deadline:
            return value
        time.sleep(0.2)


def compact(value):
    """As Go's encoding/json: members in the order of their names, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def lzf(data):
    """Chunks as compress-lzf of the Java SDK frames them: `ZV`, a type, lengths of two bytes."""
    out = bytearray()
    for start in range(0, len(data), 0xFFFF):
        chunk = data[start:start + 0xFFFF]
        packed, literals, seen, at = bytearray(), bytearray(), {}, 0

        def flush():
            for i in range(0, len(literals), 32):
                run = literals[i:i + 32]
                packed.append(len(run) - 1)
                packed.extend(run)
            literals.clear()

        while at < len(chunk):
            word = bytes(chunk[at:at + 3])
            before = seen.get(word)
            seen[word] = at
            if len(word) < 3 or before is None or at - before > 8192:
                literals.append(chunk[at])
                at += 1
                continue
            length = 3
            while length < 264 and at + length < len(chunk) and chunk[before + length] == chunk[at + length]:
                length += 1
            flush()
            offset = at - before - 1
            if length - 2 < 7:
                packed += bytes([((length - 2) << 5) | (offset >> 8), offset & 0xFF])
            else:
                packed += bytes([0xE0 | (offset >> 8), length - 9, offset & 0xFF])
            at += length
        flush()
        if len(packed) + 2 < len(chunk):
            out += b"ZV\x01" + len(packed).to_bytes(2, "big") + len(chunk).to_bytes(2, "big") + packed
        else:
            out += b"ZV\x00" + len(chunk).to_bytes(2, "big") + chunk
    return bytes(out)


class HttpDevice:
    def __init__(self, pair):
        self.access_key, self.secret = pair["access_key"], pair["secret_key"]

    def post(self, path, text, headers=None, body=None):
        return ask("POST", path, body if body is not None else text.encode(), {
            "X-Access-Key": self.access_key,
            "X-Dtn-Signature": sign(self.secret, text),
            "Content-Type": "application/json",
            **(headers or {}),
        })


class MqttDevice:
    """Connects, publishes and waits for acknowledgements as the SDKs do."""

    def __init__(self, pair, client_id, port, password=None):
        self.access_key, self.secret, self.client_id = pair["access_key"], pair["secret_key"], client_id
        self.acks, self.instructions, self.changed = {}, [], threading.Condition()
        self.return_code = None
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv311)
        self.client.username_pw_set(self.access_key, password or sign(self.secret, self.access_key))
        self.client.on_message = self._received
        self.client.on_connect = self._connected
        self.disconnects = 0
        self.client.on_disconnect = self._disconnected
        self.client.reconnect_delay_set(1, 2)
        self.granted = {}
        self.client.on_subscribe = self._subscribed
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        with self.changed:
            self.changed.wait_for(lambda: self.return_code is not None, DEADLINE_SECONDS)

    def _connected(self, client, userdata, flags, code, properties):
        with self.changed:
            self.return_code = code.value
            self.changed.notify_all()

    def _disconnected(self, client, userdata, flags, code, properties):
        self.disconnects += 1

    def _subscribed(self, client, userdata, mid, codes, properties):
        with self.changed:
            self.granted[mid] = codes[0].value
            self.changed.notify_all()

    def _received(self, client, userdata, message):
        with self.changed:
            if message.topic.endswith("/httpAck"):
                ack = json.loads(message.payload)
                self.acks.setdefault(ack["context"], []).append(ack)
            else:
                self.instructions.append((message.topic, message.payload.decode()))
            self.changed.notify_all()

    def subscribe(self, topic, qos):
        _, mid = self.client.subscribe(topic, qos)
        with self.changed:
            self.changed.wait_for(lambda: mid in self.granted, DEADLINE_SECONDS)
            return self.granted[mid]

    def subscribe_to_acks(self):
        return self.subscribe(f"Altizon/Datonis/{self.client_id}/httpAck", 1)

    def publish(self, call, text, payload, qos=1, is_compressed=False):
        lzf_part = "lzf/" if is_compressed else ""
        self.client.publish(f"Altizon/Datonis/{lzf_part}{self.client_id}/{call}", payload, qos)
        context = sign(self.secret, text)
        with self.changed:
            self.changed.wait_for(lambda: context in self.acks, DEADLINE_SECONDS)
            return self.acks.get(context, [None])[0]

    def instruction(self):
        with self.changed:
            self.changed.wait_for(lambda: self.instructions, DEADLINE_SECONDS)
            return self.instructions[0]

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


class GoMqttDevice(MqttDevice):
    def __init__(self, pair, port):
        super().__init__(pair, f"{pair['access_key'][:10]}_{int(time.time())}{uuid.uuid4().hex[:4]}", port)

    def send(self, call, members, qos=1):
        text = compact(members)
        hash_of = sign(self.secret, text)
        return self.publish(call, text, f'{text[:-1]},"hash":"{hash_of}","access_key":"{self.access_key}"}}', qos)

    def is_genuine(self, payload):
        """Cuts the payload as text, as the SDK does."""
        found = re.search(r'.{64}"}$', payload).group(0)[:64]
        return found == sign(self.secret, payload[:payload.index(',"access_key')] + "}")


class JavaMqttDevice(MqttDevice):
    def __init__(self, pair, port):
        super().__init__(pair, str(uuid.uuid4())[:22], port)

    def payload(self, members):
        text = compact(members)
        added = {"hash": sign(self.secret, text), "access_key": self.access_key, "aliot_protocol_version": 2.0}
        # A HashMap has no order: here what was added comes first.
        return compact(added)[:-1] + "," + text[1:]

    def send(self, call, members, is_compressed=False):
        payload = self.payload(members)
        data = lzf(payload.encode()) if is_compressed else payload
        return self.publish(call, compact(members), data, is_compressed=is_compressed)

    def send_again(self, call, members):
        """Of a message that was answered before, the next answer."""
        self.acks.pop(sign(self.secret, compact(members)), None)
        return self.send(call, members)

    def is_genuine(self, payload):
        """Parses it and writes it again without two members, as the SDK does."""
        members = json.loads(payload)
        found, _ = members.pop("hash"), members.pop("access_key")
        return found == sign(self.secret, json.dumps(members, separators=(",", ":")))


def now():
    return int(time.time() * 1000)


class Cable:
    """Between a bridge and Latchkey: bytes as they are, until it is cut."""

    def __init__(self):
        parts = urllib.parse.urlsplit(URL)
        self.target = (parts.hostname, parts.port)
        self.url = f"{parts.scheme}://{parts.hostname}"
        self.sockets, self.port, self.listener = set(), 0, None
        self.mend()

    def mend(self):
        self.listener = socket.create_server((self.target[0], self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self):
        """As when Latchkey is down: connections break, and new ones are refused."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in list(self.sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self.target)
                self.sockets |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            self.sockets.discard(one)


class Bridge:
    def __init__(self, url=URL):
        self.folder = Path(tempfile.mkdtemp(prefix="latchkey-bridge-"))
        for name in ("bridge.js", "package.json", "package-lock.json"):
            shutil.copy(BRIDGE / name, self.folder)
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=self.folder, check=True, stdout=2)
        env = {**os.environ, "LATCHKEY_URL": url, "MQTT_PORT": "0", "MQTT_HOST": "127.0.0.1"}
        if CA:
            env["NODE_EXTRA_CA_CERTS"] = CA
        self.process = subprocess.Popen(
            ["node", "bridge.js"], cwd=self.folder, env=env, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def stop(self):
        self.process.terminate()
        self.process.wait(DEADLINE_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


def setUpModule():
    global operator, bridge
    operator = Operator()
    bridge = Bridge()


def tearDownModule():
    bridge.stop()


class Case(unittest.TestCase):
    def open(self, make, *args):
        device = make(*args)
        self.addCleanup(device.close)
        self.assertEqual(device.return_code, 0)
        self.assertEqual(device.subscribe_to_acks(), 1)
        return device

    def instruct(self, thing):
        return operator.call("POST", f"/api/v3/things/{thing}/instructions", {"instruction": {"speed": 3}})["instruction"]

    def answered(self, key):
        found = until(lambda: operator.call("GET", f"/api/v3/alerts?instruction_key={key}"), lambda it: it["total_count"])
        self.assertEqual([alert["message"] for alert in found["alerts"]], ["Done"])


class Go(Case):
    def keys(self, kind):
        name = uuid.uuid4().hex[:10]
        return name, ({"thing_key": name, "device_key": ""} if kind == "thing" else {"thing_key": "", "device_key": name})

    def run_http(self, kind):
        device = HttpDevice(operator.pair())
        name, keys = self.keys(kind)
        for path, body in (
            ("/api/v3/things/register.json", {**keys, "bi_directional": True, "name": f"Go {name}", "timestamp": now()}),
            ("/api/v3/things/heartbeat.json", {**keys, "timestamp": now()}),
            ("/api/v3/things/event.json", {**keys, "data": {"temperature": 55}, "timestamp": now()}),
            ("/api/v3/things/event.json", {"events": [{**keys, "data": {"n": n}, "timestamp": now()} for n in range(3)]}),
            ("/api/v3/alerts.json", {"alert": {**keys, "alert_type": 2, "data": {}, "message": "Hot", "timestamp": now()}}),
        ):
            self.assertEqual((path, *device.post(path, compact(body))), (path, 200, {}))
        [thing] = until(lambda: operator.things(name), bool)
        self.assertEqual(thing["name"], f"Go {name}")
        key = thing["thing_key"]
        events = until(lambda: operator.call("GET", f"/api/v3/things/{key}/events"), lambda it: it["total_count"] == 4)
        self.assertEqual(events["total_count"], 4)
        given = self.instruct(key)["alert_key"]
        alert = {"alert": {"alert_key": given, "alert_type": 0, "data": {}, "message": "Done", "timestamp": now()}}
        self.assertEqual(device.post("/api/v3/alerts.json", compact(alert)), (200, {}))
        self.answered(given)

    def run_mqtt(self, kind):
        device = self.open(GoMqttDevice, operator.pair(), bridge.port)
        name, keys = self.keys(kind)
        for call, body, qos in (
            ("register", {**keys, "bi_directional": True, "name": f"Go {name}", "timestamp": now()}, 1),
            ("heartbeat", {**keys, "timestamp": now()}, 0),
            ("event", {**keys, "data": {"temperature": 55}, "timestamp": now()}, 1),
            ("alert", {"alert": {**keys, "alert_type": 2, "data": {}, "message": "Hot", "timestamp": now()}}, 1),
        ):
            ack = device.send(call, body, qos)
            self.assertEqual((call, ack and ack["http_code"]), (call, 200))
            self.assertNotIn("http_msg", ack)
            if call == "register":
                topic = f"Altizon/Datonis/{device.access_key}/thing/{name}/executeInstruction"
                self.assertEqual(device.subscribe(topic, 2), 2)
        [thing] = until(lambda: operator.things(name), bool)
        given = self.instruct(thing["thing_key"])["alert_key"]
        heard, payload = device.instruction()
        self.assertEqual(heard, topic)
        self.assertTrue(device.is_genuine(payload))
        members = json.loads(payload)
        self.assertEqual(members["instruction_wrapper"], {"instruction": {"speed": 3}})
        self.assertEqual(members.get("device_key"), name if kind == "device" else None)
        ack = device.send("alert", {"alert": {"alert_key": given, "alert_type": 0, "data": {}, "message": "Done", "timestamp": now()}})
        self.assertEqual(ack["http_code"], 200)
        self.answered(given)

    def test_http_thing_key(self):
        """Go over HTTP, by thing_key: register, heartbeat, event, many events, alert, instruction"""
        self.run_http("thing")

    def test_http_device_key(self):
        """Go over HTTP, by device_key"""
        self.run_http("device")

    def test_mqtt_thing_key(self):
        """Go over MQTT, by thing_key: register, heartbeat, event, alert, instruction"""
        self.run_mqtt("thing")

    def test_mqtt_device_key(self):
        """Go over MQTT, by device_key"""
        self.run_mqtt("device")


class Java(Case):
    def test_alias_mode_http(self):
        """Java's alias mode over HTTP: registers without a name, and writes"""
        device = HttpDevice(operator.pair())
        name = f"alias-{uuid.uuid4().hex}"
        headers = {"Content-Type": "text/plain; charset=ISO-8859-1"}
        register = {"bi_directional": False, "device_key": name, "timestamp": now()}
        self.assertEqual(device.post("/api/v3/things/register.json", compact(register), headers), (200, {}))
        event = {"device_key": name, "data": {"humidity": 55.5}, "timestamp": now()}
        self.assertEqual(device.post("/api/v3/things/event.json", compact(event), headers), (200, {}))
        self.assertEqual([thing["name"] for thing in until(lambda: operator.things(name), bool)], [name])

    def test_alias_mode_mqtt(self):
        """Java's alias mode over MQTT: registers, writes and obeys an instruction"""
        device = self.open(JavaMqttDevice, operator.pair(), bridge.port)
        name = f"alias-{uuid.uuid4().hex}"
        topic = f"Altizon/Datonis/{device.access_key}/thing/{name}/executeInstruction"
        self.assertEqual(device.subscribe(topic, 2), 2)
        register = {"bi_directional": True, "device_key": name, "timestamp": now()}
        self.assertEqual(device.send("register", register)["http_code"], 200)
        event = {"device_key": name, "data": {"humidity": 55.5}, "timestamp": now()}
        self.assertEqual(device.send("event", event)["http_code"], 200)
        [thing] = until(lambda: operator.things(name), bool)
        given = self.instruct(thing["thing_key"])["alert_key"]
        _, payload = device.instruction()
        self.assertTrue(device.is_genuine(payload))
        self.assertEqual(json.loads(payload)["device_key"], name)
        alert = {"alert": {"alert_key": given, "alert_type": 0, "data": {}, "message": "Done", "timestamp": now()}}
        self.assertEqual(device.send("alert", alert)["http_code"], 200)
        self.answered(given)


class Compression(Case):
    def numbers(self, thing, count):
        path = f"/api/v3/things/{thing}/events?per=100"
        found = until(lambda: operator.call("GET", path), lambda it: it["total_count"] >= count)
        return sorted(event["data"]["n"] for event in found["events"])

    def event(self, thing, n):
        return {"thing_key": thing, "data": {"n": n, "text": "température " * 120}, "timestamp": now() + n}

    def register(self):
        pair = operator.pair()
        thing = uuid.uuid4().hex[:10]
        register = compact({"thing_key": thing, "name": "Press", "timestamp": now()})
        self.assertEqual(HttpDevice(pair).post("/api/v3/things/register.json", register), (200, {}))
        return pair, thing

    def test_mqtt(self):
        """60 compressed events of Java over MQTT: each exactly once"""
        pair, thing = self.register()
        device = self.open(JavaMqttDevice, pair, bridge.port)
        for n in range(60):
            ack = device.send("event", self.event(thing, n), is_compressed=True)
            self.assertEqual((n, ack and ack["http_code"]), (n, 200))
        self.assertEqual(self.numbers(thing, 60), list(range(60)))
        self.assertEqual([len(acks) for acks in device.acks.values()], [1] * 60)

    def test_http(self):
        """60 compressed events of C over HTTP: each exactly once"""
        pair, thing = self.register()
        device = HttpDevice(pair)
        headers = {"X-Compressed": "LZF", "Content-Type": "application/octet-stream"}
        for n in range(60):
            text = compact(self.event(thing, n))
            self.assertEqual(device.post("/api/v3/things/event.json", text, headers, lzf(text.encode())), (200, {}))
        self.assertEqual(self.numbers(thing, 60), list(range(60)))


class Interrupted(Case):
    def test_down_and_back(self):
        """Latchkey goes down while devices publish, and comes back: each event of QoS 1 is there exactly once"""
        cable = Cable()
        interrupted = Bridge(f"{cable.url}:{cable.port}")
        self.addCleanup(interrupted.stop)
        self.addCleanup(cable.cut)
        pair = operator.pair()
        thing = uuid.uuid4().hex[:10]
        register = compact({"thing_key": thing, "name": "Press", "timestamp": now()})
        self.assertEqual(HttpDevice(pair).post("/api/v3/things/register.json", register), (200, {}))
        device = self.open(JavaMqttDevice, pair, interrupted.port)
        # One that has published nothing to its topic yet when Latchkey goes down.
        late = self.open(JavaMqttDevice, pair, interrupted.port)
        began = now()

        def event(n):
            return {"thing_key": thing, "data": {"n": n}, "timestamp": began + n}

        for n in range(5):
            self.assertEqual(device.send("event", event(n))["http_code"], 200)
        cable.cut()
        for n in range(5, 10):
            self.assertEqual(device.send("event", event(n))["http_code"], 503)
        payload = late.payload(event(100))
        sent = late.client.publish(f"Altizon/Datonis/{late.client_id}/event", payload, 1)
        self.assertTrue(until(lambda: late.disconnects, bool))
        self.assertFalse(sent.is_published())
        cable.mend()
        # As the SDKs do: what was 503 is sent again; what had no PUBACK the MQTT client repeats by itself.
        for n in range(5, 10):
            ack = until(lambda n=n: device.send_again("event", event(n)), lambda it: it["http_code"] != 503)
            self.assertEqual((n, ack["http_code"]), (n, 200))
        sent.wait_for_publish(DEADLINE_SECONDS)
        wanted = [*range(10), 100]
        path = f"/api/v3/things/{thing}/events?per=100"
        found = until(lambda: operator.call("GET", path), lambda it: it["total_count"] >= len(wanted))
        self.assertEqual(sorted(one["data"]["n"] for one in found["events"]), wanted)


class Refused(Case):
    def test_password(self):
        """A wrong password, and a pair that is off, are CONNACK 5, the only code that SDKs take for it"""
        pair = operator.pair()
        device = MqttDevice(pair, uuid.uuid4().hex[:10].upper(), bridge.port, "0" * 64)
        self.addCleanup(device.close)
        # paho's version 2 shows CONNACK 5 by its name in MQTT 5.
        self.assertEqual(device.return_code, 135)

    def test_disabled_while_connected(self):
        """A pair that is disabled while its device is connected: the next message is answered 401, not left hanging"""
        pair = operator.pair()
        device = self.open(GoMqttDevice, pair, bridge.port)
        thing = uuid.uuid4().hex[:10]
        keys = {"thing_key": thing, "device_key": "", "timestamp": now()}
        self.assertEqual(device.send("register", {**keys, "name": "x"})["http_code"], 200)
        operator.call("PUT", f"/api/v3/key_pairs/{pair['access_key']}", {"key_pair": {"enabled": False}})
        ack = device.send("event", {**keys, "data": {}})
        self.assertEqual(ack and ack["http_code"], 401)

    def test_topics(self):
        """Neither another device's acknowledgements nor its instructions can be subscribed to"""
        device = self.open(GoMqttDevice, operator.pair(), bridge.port)
        other = operator.pair()["access_key"]
        for topic in ("Altizon/Datonis/another/httpAck", f"Altizon/Datonis/{other}/thing/+/executeInstruction", "#"):
            self.assertEqual((topic, device.subscribe(topic, 1)), (topic, 128))


if __name__ == "__main__":
    tap.main()
