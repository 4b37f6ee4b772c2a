#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The control API of a running 'tandem serve': its contract, who may do what, and what a stranger may try."""
import http.client
import json
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from test_cli import BIN, WithTenant  # noqa: E402  pylint: disable=wrong-import-position

API = "/api/v1"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("tandem", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Service:
    """A 'tandem serve' with its console on a free port."""

    def __init__(self, home, *arguments):
        self.home = pathlib.Path(home)
        self.home.mkdir(parents=True, exist_ok=True)
        self.log_file = self.home.parent / f"{self.home.name}.log"
        self.arguments = arguments
        self.start()

    def start(self):
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [BIN / "tandem", "--home", self.home, "serve", "--console", "127.0.0.1:0",
                 *self.arguments], stdout=log, stderr=log)
        for _ in range(600):
            try:
                link = self.socket("POST", "/session/links", {})[1]
                break
            except (OSError, AssertionError):
                assert self.process.poll() is None, self.log_file.read_text()
                time.sleep(0.05)
        self.url, self.link = link["url"].split("/#/link/")
        self.port = int(self.url.rsplit(":", 1)[1])
        self.context = ssl.create_default_context(cafile=self.home / "console-tls" / "ca.pem")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    @staticmethod
    def ask(connection, method, path, body=None, headers=None):
        """(status, JSON or text, headers)"""
        sent = dict(headers or {})
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        is_whole = path.startswith((API, "/healthz", "/readyz", "/metrics"))
        connection.request(method, path if is_whole else API + path, data, sent)
        answer = connection.getresponse()
        content = answer.read()
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        connection.close()
        return answer.status, json.loads(content) if is_json else content, answer.headers

    def socket(self, method, path, body=None):
        return self.ask(UnixConnection(self.home / "api.sock"), method, path, body)

    def connection(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=60)

    def tls(self, method, path, body=None, token=None, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = "Bearer " + token
        return self.ask(self.connection(), method, path, body, sent)

    def finish(self, started):
        """The operation, when it has ended."""
        operation = started[1]["operation"]["id"]
        for _ in range(1200):
            now = self.socket("GET", f"/operations/{operation}")[1]
            if now["state"] != "running":
                return now
            time.sleep(0.05)
        raise AssertionError(f"operation {operation} does not end")

    def events(self, operation, token):
        """Of an operation up to its end: [(kind, data)]."""
        connection = self.connection()
        connection.request("GET", f"{API}/operations/{operation}/events",
                           headers={"Authorization": "Bearer " + token})
        answer = connection.getresponse()
        assert answer.headers["Content-Type"] == "text/event-stream"
        events = []
        for block in answer.read().decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if lines:
                events.append((lines["event"], json.loads(lines["data"])))
        return events


class TheApi(WithTenant):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = Service(cls.home, "--no-cycles")
        cls.tokens = {}
        for role in ("viewer", "operator", "administrator"):
            name = f"script-{role}"
            assert cls.service.socket("POST", "/accounts", {"name": name, "role": role})[0] == 200
            cls.tokens[role] = cls.service.socket(
                "POST", f"/accounts/{name}/tokens", {"token": "test"})[1]["token"]
        cls.document = cls.service.socket("GET", "/openapi.json")[1]

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()
        super().tearDownClass()

    # ------------------------------------------------------------ the contract

    # What a path's names stand for in this test.
    def filled(self, path):
        objects = self.service.socket("GET", "/connectors/entra/objects?limit=1")[1]["objects"]
        people = self.service.socket("GET", "/metaverse?limit=1")[1]["objects"]
        values = {"{connector}": "entra", "{n}": "1", "{name}": "script-viewer", "{token}": "none"}
        numbers = {"runs": "1", "metaverse": people[0]["id"], "connectors": objects[0]["id"],
                   "operations": "1"}
        for name, value in values.items():
            path = path.replace(name, value)
        return path.replace("{id}", str(numbers.get(path.split("/")[3], "1")))

    def test_every_reading_route_answers_as_the_document_says(self):
        self.assertEqual("done", self.service.finish(
            self.service.socket("POST", "/cycles", {"policyType": "delta"}))["state"])
        self.service.socket("PATCH", "/scheduler", {"interval": "00:45:00"})  # so that there is a history
        more = {"/runs/{id}/objects": "?counter=stage-add", "/session/oidc/return": None,
                "/session/oidc": None, "/operations/{id}/events": None,
                "/connectors/{connector}/containers": None}
        asked = 0
        for path, item in self.document["paths"].items():
            query = more.get(path.removeprefix(API), "")
            if "get" not in item or query is None:
                continue
            with self.subTest(path):
                target = self.filled(path) + query
                status, body, headers = self.service.tls("GET", target, token=self.tokens["administrator"])
                self.assertEqual(200, status, body)
                self.assertEqual("no-store", headers["Cache-Control"])
                content = item["get"]["responses"]["200"]["content"]
                self.assertIn(headers["Content-Type"].split(";")[0], content)
                if "application/json" not in content:
                    continue
                schema = content["application/json"]["schema"]
                for member in schema.get("required", []):
                    self.assertIn(member, body)
                asked += 1
        self.assertGreater(asked, 25)

    def test_the_containers_of_a_directory_are_a_tree(self):
        directory = "/connectors/corp.example.com/containers"
        tops = self.service.socket("GET", directory)[1]["containers"]
        self.assertEqual(["DC=corp,DC=example,DC=com"], [one["dn"] for one in tops])
        below = self.service.socket("GET", f"{directory}?parent=DC%3Dcorp%2CDC%3Dexample%2CDC%3Dcom")[1]
        people = next(one for one in below["containers"] if (one["objects"] or 0) > 0)
        self.assertTrue(people["included"])
        self.assertEqual("inherited", people["rule"])
        status, body, _ = self.service.socket("PUT", directory, {"exclude": [people["dn"]]})
        self.assertEqual(200, status, body)
        below = self.service.socket("GET", f"{directory}?parent=DC%3Dcorp%2CDC%3Dexample%2CDC%3Dcom")[1]
        self.assertIn("exclude", [one["rule"] for one in below["containers"]])
        self.assertEqual(200, self.service.socket("PUT", directory, {})[0])

    def test_wrong_requests_are_told_what_is_wrong(self):
        for method, path, body, status, words in (
                ("GET", "/nothing", None, 404, "there is no"),
                ("DELETE", "/status", None, 405, "only GET"),
                ("GET", "/runs?limit=many", None, 400, '"limit" must be a whole number'),
                ("GET", "/runs?limti=5", None, 400, 'there is no parameter "limti"'),
                ("POST", "/cycles", {"policyType": "some"}, 400, "one of delta, initial"),
                ("POST", "/cycles", "{", 400, "not a JSON object"),
                ("GET", "/runs/99999", None, 404, "99999"),
                ("GET", "/connectors/none/statistics", None, 404, "there are:")):
            with self.subTest(f"{method} {path}"):
                answer = self.service.tls(method, path, body, token=self.tokens["administrator"])
                self.assertEqual(status, answer[0], answer[1])
                self.assertIn(words, answer[1]["error"]["message"])

    def test_an_operation_tells_of_itself_and_the_command_line_hands_over(self):
        ended = self.tandem_json("cycle", "delta")
        self.assertEqual("success", ended["result"])
        newest = self.service.socket("GET", "/operations")[1]["operations"][0]
        self.assertEqual(("cycle", "done"), (newest["act"], newest["state"]))
        kinds = [kind for kind, _ in self.service.events(newest["id"], self.tokens["viewer"])]
        self.assertEqual("end", kinds[-1])
        self.assertIn("note", kinds)
        text = self.tandem("run", "corp.example.com", "delta-import")
        self.assertIn("corp.example.com: Delta Import: success", text)

    def test_an_initial_cycle_can_be_cancelled(self):
        started = self.service.socket("POST", "/cycles", {"policyType": "initial"})
        operation = started[1]["operation"]["id"]
        self.assertEqual(202, self.service.socket("DELETE", f"/operations/{operation}")[0])
        self.assertIn(self.service.finish(started)["state"], ("cancelled", "done"))
        self.service.finish(self.service.socket("POST", "/cycles", {"policyType": "initial"}))

    # ------------------------------------------------------------ who may

    def test_roles_over_the_wire(self):
        self.assertEqual(401, self.service.tls("GET", "/status")[0])
        self.assertEqual(401, self.service.tls("GET", "/status", token="guessed")[0])
        for role, method, path, body, status in (
                ("viewer", "GET", "/status", None, 200),
                ("viewer", "POST", "/cycles", {"policyType": "delta"}, 403),
                ("operator", "PATCH", "/scheduler", {"enabled": True}, 403),
                ("operator", "GET", "/audit", None, 403),
                ("administrator", "PATCH", "/scheduler", {"enabled": True}, 200)):
            with self.subTest(f"{role} {method} {path}"):
                self.assertEqual(status, self.service.tls(method, path, body, token=self.tokens[role])[0])

    def sign_in(self):
        link = self.service.socket("POST", "/session/links", {"role": "administrator", "name": "ada"})[1]
        status, body, headers = self.service.tls(
            "POST", "/session/link", {"token": link["url"].rsplit("/", 1)[1]}, Origin=self.service.url)
        self.assertEqual(200, status)
        cookie = headers["Set-Cookie"]
        for part in ("__Host-tandem=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(part, cookie)
        return cookie.split(";")[0], body["csrf"]

    def test_a_browsers_session(self):
        cookie, csrf = self.sign_in()
        self.assertEqual("ada", self.service.tls("GET", "/session", Cookie=cookie)[1]["name"])
        self.assertEqual(403, self.service.tls("PATCH", "/scheduler", {"enabled": True}, Cookie=cookie)[0])
        self.assertEqual(403, self.service.tls("PATCH", "/scheduler", {"enabled": True}, Cookie=cookie,
                                               X_Tandem_Csrf=csrf, Origin="https://evil.example")[0])
        self.assertEqual(200, self.service.tls("PATCH", "/scheduler", {"enabled": True}, Cookie=cookie,
                                               X_Tandem_Csrf=csrf, Origin=self.service.url)[0])
        line = self.service.socket("GET", "/audit?act=scheduler&limit=1")[1]["lines"][0]
        self.assertEqual(("ada", "link", "127.0.0.1"), (line["who"], line["door"], line["from"]))
        self.assertEqual(200, self.service.tls("DELETE", "/session", Cookie=cookie, X_Tandem_Csrf=csrf)[0])
        self.assertEqual(401, self.service.tls("GET", "/status", Cookie=cookie)[0])

    def test_a_cookie_that_somebody_else_chose_is_never_a_session(self):
        link = self.service.socket("POST", "/session/links", {})[1]
        _, _, headers = self.service.tls("POST", "/session/link", {"token": link["url"].rsplit("/", 1)[1]},
                                         Cookie="__Host-tandem=planted")
        self.assertNotIn("planted", headers["Set-Cookie"])
        self.assertEqual(401, self.service.tls("GET", "/status", Cookie="__Host-tandem=planted")[0])

    def test_a_removed_account_is_out_at_once(self):
        self.service.socket("POST", "/accounts", {"name": "temp", "role": "viewer"})
        token = self.service.socket("POST", "/accounts/temp/tokens", {"token": "t"})[1]["token"]
        self.assertEqual(200, self.service.tls("GET", "/status", token=token)[0])
        self.assertEqual(200, self.service.socket("DELETE", "/accounts/temp")[0])
        self.assertEqual(401, self.service.tls("GET", "/status", token=token)[0])

    def test_the_audit_log_is_whole(self):
        self.assertIsNone(self.service.socket("GET", "/audit/verify")[1]["problem"])
        self.tandem("audit", "verify")

    # ------------------------------------------------------------ strangers

    def raw(self, data, seconds=20):
        """What comes back for these bytes, over TLS."""
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=seconds) as plain:
            with self.service.context.wrap_socket(plain, server_hostname="127.0.0.1") as stream:
                answer = b""
                try:
                    stream.sendall(data)
                    while chunk := stream.recv(65536):
                        answer += chunk
                        if b"\r\n\r\n" in answer:
                            break
                except (ConnectionError, ssl.SSLError, TimeoutError):
                    pass
                return answer

    def test_old_tls_is_refused(self):
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version, context.maximum_version = version, version
            with socket.create_connection(("127.0.0.1", self.service.port)) as plain:
                with self.assertRaises((ssl.SSLError, ConnectionError)):
                    context.wrap_socket(plain)

    def test_what_is_too_large_is_refused(self):
        head = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        # Refused by its length alone. (Were the body sent as well, the refusal could get lost in a reset.)
        self.assertIn(b" 413 ", self.raw(head + b"Content-Length: 99999999\r\n\r\n"))
        self.assertIn(b" 431 ", self.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 17000 + b"\r\n\r\n"))
        self.assertIn(b" 400 ", self.raw(b"\x00\x01garbage\r\n\r\n"))

    def test_paths_lead_nowhere_else(self):
        for path in (b"/../../../../etc/passwd", b"/..%2f..%2fetc/passwd", b"/assets/../../server.toml",
                     b"//etc/passwd", b"/api/v1/../../audit.log", b"/%00"):
            answer = self.raw(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            self.assertNotIn(b"root:", answer, path)
            self.assertNotIn(b"server_id", answer, path)

    def test_slow_strangers_hold_nobody_up(self):
        slow = []
        for _ in range(60):
            plain = socket.create_connection(("127.0.0.1", self.service.port))
            stream = self.service.context.wrap_socket(plain, server_hostname="127.0.0.1")
            stream.sendall(b"GET /api/v1/session HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            slow.append(stream)
        began = time.monotonic()
        self.assertEqual(200, self.service.tls("GET", "/status", token=self.tokens["viewer"])[0])
        self.assertLess(time.monotonic() - began, 5)
        for stream in slow:
            stream.close()

    def test_hostile_values_stay_values(self):
        self.tandem("demo", "hire", "<script>alert(1)</script> \"'&")
        self.service.finish(self.service.socket("POST", "/cycles", {"policyType": "delta"}))
        found = self.service.socket("GET", "/metaverse?text=%3Cscript%3E")
        self.assertIn("<script>", found[1]["objects"][0]["name"])
        self.assertEqual("application/json", found[2]["Content-Type"])
        self.assertEqual("nosniff", found[2]["X-Content-Type-Options"])

    def test_many_at_once_are_answered(self):
        failures = []

        def poll():
            for _ in range(10):
                status = self.service.tls("GET", "/status", token=self.tokens["viewer"])[0]
                if status != 200:
                    failures.append(status)

        threads = [threading.Thread(target=poll) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], failures)


class SettingUp(WithTenant):
    """A second server, set up from nothing through the API, as the wizard does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = cls.folder / "new"
        cls.service = Service(cls.new, "--no-cycles")

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()
        super().tearDownClass()

    def tenant_request(self):
        return {"tenant": "lab.onmicrosoft.com", "clientId": self.tenant.told("client id"),
                "clientSecret": pathlib.Path(self.tenant.told("secret file")).read_text().strip(),
                "loginUrl": self.tenant.url, "graphUrl": self.tenant.url + "/v1.0",
                "ca": (self.tenant.folder / "ca.pem").read_text(), "syncProfile": True}

    def test_1_nothing_is_there(self):
        self.assertTrue(self.service.socket("GET", "/setup")[1]["needed"])
        self.assertEqual(503, self.service.tls("GET", "/readyz")[0])
        self.assertEqual(401, self.service.tls("POST", "/setup", {"demo": True})[0])

    def test_2_what_was_entered_is_tried(self):
        request = {"tenant": self.tenant_request(),
                   "directories": [{"kind": "ldif", "folder": str(self.home / "forest"), "name": "corp"}]}
        ended = self.service.finish(self.service.socket("POST", "/setup/test", request))
        self.assertEqual("done", ended["state"], ended)
        self.assertTrue(ended["result"]["ok"], ended)
        request["tenant"]["clientSecret"] = "wrong"
        ended = self.service.finish(self.service.socket("POST", "/setup/test", request))
        self.assertFalse(ended["result"]["ok"])
        self.assertEqual([], [one.name for one in self.new.iterdir() if one.name.startswith("trial-")])

    def test_3_a_settings_file_is_looked_into(self):
        settings = self.folder / "settings.json"
        self.tandem("policy", "export", settings)
        found = self.service.socket("POST", "/setup/inspect", {
            "import": {"name": "settings.json", "content": settings.read_text()}})[1]
        self.assertTrue(found["valid"], found)
        self.assertEqual("tandem", found["format"])
        self.assertEqual(["entra.client-secret"], [one["name"] for one in found["secrets"]])

    def test_4_it_is_imported_in_staging_and_runs(self):
        settings = json.loads((self.folder / "settings.json").read_text())
        settings["connectors"][0]["folder"] = str(self.home / "forest")
        request = {"import": {"name": "settings.json", "content": json.dumps(settings)}, "startCycle": True,
                   "secrets": {"entra.client-secret": self.tenant_request()["clientSecret"]}}
        ended = self.service.finish(self.service.socket("POST", "/setup", request))
        self.assertEqual("done", ended["state"], ended)
        status = self.service.socket("GET", "/status")[1]
        self.assertEqual("staging", status["role"])
        self.assertGreater(status["metaverseObjects"], 100)
        self.assertEqual(409, self.service.socket("POST", "/setup", request)[0])

    def test_5_a_restart_signs_everybody_out_and_loses_nothing_else(self):
        self.service.stop()
        self.service.start()
        self.assertEqual([], self.service.socket("GET", "/operations")[1]["operations"])
        self.assertEqual("staging", self.service.socket("GET", "/status")[1]["role"])


def main():
    loader = unittest.defaultTestLoader
    if len(sys.argv) > 1:
        tests = loader.loadTestsFromNames(sys.argv[1:], sys.modules[__name__])
    else:
        tests = unittest.TestSuite(loader.loadTestsFromTestCase(one) for one in (TheApi, SettingUp))
    result = unittest.TextTestRunner(verbosity=2).run(tests)
    failed = len(result.failures) + len(result.errors)
    passed = result.testsRun - failed - len(result.skipped)
    print(f"{passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
