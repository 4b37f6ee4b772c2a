# SPDX-License-Identifier: Apache-2.0
"""'tandem serve' between its doors: the scheduler, changes that start a cycle, time to the cloud, alerts by
mail and webhook, and metrics."""
import asyncio
import base64
import hashlib
import hmac
import http.client
import http.server
import json
import pathlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
import unittest

from test_cli import WithTenant

ROOT = pathlib.Path(__file__).resolve().parents[3]
PASSWORD = "correct horse"
KEY = "a key of the webhook"


def make_certificates(folder):
    """ca.pem, and cert.pem with key.pem for 127.0.0.1."""
    def run(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    run("req", "-x509", *key, "-days", "30", "-subj", "/CN=Test authority", "-keyout", "ca.key",
        "-out", "ca.pem")
    run("req", "-new", *key, "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "request.pem")
    (folder / "leaf.conf").write_text(
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n", encoding="utf-8")
    run("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "7", "-out", "cert.pem", "-extfile", "leaf.conf")


class MailSink:
    """An SMTP server that demands STARTTLS and a password, and keeps what it gets."""

    def __init__(self, folder):
        self.mails, self.failures_left, self.in_plain = [], 0, []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait(20)

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        mail, signed_in, is_tls = {"to": []}, False, False

        def say(line):
            writer.write(line.encode() + b"\r\n")
        say("220 sink ESMTP")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            word = line.upper().split(" ")[0]
            if word == "EHLO":
                for one in ("250-sink", "250-AUTH PLAIN" if is_tls else "250-STARTTLS", "250 SMTPUTF8"):
                    say(one)
            elif word == "STARTTLS":
                say("220 go on")
                await writer.drain()
                await writer.start_tls(self.context)
                is_tls = True
            elif word == "AUTH":
                token = line.split(" ")[2] if len(line.split(" ")) > 2 else None
                if token is None:
                    say("334 ")
                    token = (await reader.readline()).decode().strip()
                signed_in = base64.b64decode(token).split(b"\0")[2].decode() == PASSWORD
                say("235 welcome" if signed_in else "535 no")
            elif word == "MAIL" and (not signed_in or self.failures_left > 0):
                self.failures_left -= 1
                say("451 not now")
            elif word == "MAIL":
                mail = {"from": line, "to": []}
                say("250 fine")
            elif word == "RCPT":
                mail["to"].append(line)
                say("250 fine")
            elif word == "DATA":
                say("354 go on")
                text = b""
                while (data := await reader.readline()) != b".\r\n":
                    text += data
                head, _, body = text.decode().partition("\r\n\r\n")
                self.mails.append({**mail, "head": head, "text": base64.b64decode(body).decode()})
                say("250 taken")
            elif word == "QUIT":
                say("221 bye")
                break
            else:
                say("500 what")
            await writer.drain()
        writer.close()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)


class Webhook:
    """Takes what is posted over TLS; fails the first times if it is told to."""

    def __init__(self, folder):
        self.calls, self.failures_left = [], 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = 200
                if outer.failures_left > 0:
                    outer.failures_left -= 1
                    status = 503
                else:
                    outer.calls.append((dict(self.headers), body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Serving(WithTenant):
    def serve(self, *arguments):
        log = open(self.folder / "serve.log", "ab")  # pylint: disable=consider-using-with
        command, variables = self.command("serve", "--console", "off", *arguments)
        process = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
        log.close()

        def stop():
            if process.poll() is None:
                process.terminate()
            process.wait(60)
        self.addCleanup(stop)
        return process

    def log(self):
        return (self.folder / "serve.log").read_text(encoding="utf-8")

    def until(self, what, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError("it did not happen:\n" + self.log())

    def settings(self, text):
        path = self.home / "server.toml"
        before = path.read_text(encoding="utf-8")
        self.addCleanup(lambda: path.write_text(before, encoding="utf-8"))
        path.write_text(before + text, encoding="utf-8")


class Scheduler(Serving):
    def test_show_says_when_the_next_cycle_is_only_while_a_service_runs(self):
        self.assertIsNone(self.tandem_json("scheduler", "show")["NextSyncCycleStartTimeInUTC"])
        process = self.serve()
        shown = self.until(lambda: self.planned())
        self.assertIsNotNone(shown["toldAt"])
        self.assertEqual("00:30:00", shown["CurrentlyEffectiveSyncCycleInterval"])
        self.assertIsNone(shown["CustomizedSyncCycleInterval"])
        process.kill()
        process.wait(20)
        self.assertTrue((self.home / "state" / "next_cycle.json").exists())
        self.assertIsNone(self.tandem_json("scheduler", "show")["NextSyncCycleStartTimeInUTC"])

    def planned(self):
        shown = self.tandem_json("scheduler", "show")
        return shown if shown["NextSyncCycleStartTimeInUTC"] else None

    def test_a_suspended_server_runs_nothing_until_it_is_told_to(self):
        self.tandem("scheduler", "set", "--suspended", "true")
        self.addCleanup(lambda: self.tandem("scheduler", "set", "--suspended", "false"))
        runs = self.tandem_json("runs", "--limit", "1")["runs"][0]["id"]
        self.serve()
        self.until(lambda: "suspended on this server" in self.log())
        shown = self.tandem_json("Get-ADSyncScheduler")
        self.assertTrue(shown["SchedulerSuspended"])
        self.assertIsNone(shown["NextSyncCycleStartTimeInUTC"])
        self.assertEqual(runs, self.tandem_json("runs", "--limit", "1")["runs"][0]["id"])
        self.assertIn("SchedulerSuspended", self.tandem("scheduler", "show"))

    def test_the_interval_goes_back_to_the_default(self):
        self.assertEqual("00:45:00", self.tandem_json("scheduler", "set", "--customized", "00:45:00")
                         ["CustomizedSyncCycleInterval"])
        back = self.tandem_json("scheduler", "set", "--customized", "default")
        self.assertIsNone(back["CustomizedSyncCycleInterval"])
        self.assertEqual("00:30:00", back["CurrentlyEffectiveSyncCycleInterval"])

    def test_an_override_is_done_in_the_next_cycle_and_then_gone(self):
        connector = "corp.example.com"
        self.tandem("Set-ADSyncSchedulerConnectorOverride", "-ConnectorName", connector,
                    "-FullImportRequired", "$true")
        wanted = self.tandem_json("scheduler", "override", connector, "--full-sync", "true")["overrides"]
        self.assertEqual([(True, True), (False, False)],
                         [(one["FullImportRequired"], one["FullSyncRequired"]) for one in wanted])
        cycle = self.tandem_json("cycle", "delta")
        profiles = [(run["connector"], run["profile"]) for run in cycle["runs"]]
        self.assertIn((connector, "Full Import"), profiles)
        self.assertIn((connector, "Full Synchronization"), profiles)
        self.assertIn(("entra", "Delta Import"), profiles)
        self.assertFalse(any(one["FullImportRequired"] or one["FullSyncRequired"]
                             for one in self.tandem_json("scheduler", "overrides")["overrides"]))
        self.tandem("scheduler", "overrides", "nobody", code=1)
        self.tandem("scheduler", "override", connector, code=2)

    def test_a_change_starts_a_cycle_soon(self):
        self.tandem("scheduler", "set", "--on-change", "true", "--quiet-seconds", "5")
        self.addCleanup(lambda: self.tandem("scheduler", "set", "--on-change", "false"))
        self.settle()
        self.serve()
        self.until(lambda: self.planned())
        time.sleep(12)  # the first mark
        _, name = self.hire("Katherine Johnson")
        self.until(lambda: any(run["startedBy"] == "change" for run in
                               self.tandem_json("runs", "--limit", "8")["runs"]), 90)
        self.until(lambda: self.planned())
        self.assertIn(name, self.tandem("search", name, "--connector", "entra"))


class HandedOver(Serving):
    def test_a_cycle_that_the_service_does_is_recorded_once_with_the_name_of_who_asked(self):
        self.serve("--no-cycles")
        self.until(lambda: (self.home / "api.sock").exists())
        before = self.lines("cycle")
        self.tandem("cycle", "delta", SUDO_USER="ada")
        lines = self.lines("cycle")[:-len(before)]
        self.assertEqual([("ada", "socket", "done"), ("ada", "socket", "begun")],
                         [(one["who"], one["door"], one["outcome"]) for one in lines])
        self.assertEqual("ada (socket)", self.tandem_json("runs", "--limit", "1")["runs"][0]["startedBy"])
        before = self.lines("run")
        self.tandem("run", "entra", "delta-import", SUDO_USER="grace")
        lines = self.lines("run")[:len(self.lines("run")) - len(before)]
        self.assertEqual(["grace", "grace"], [one["who"] for one in lines])

    def lines(self, act):
        return [one for one in self.tandem_json("audit", "list", "--act", act)["entries"]
                if one["act"] == act]


class TimeToTheCloud(Serving):
    def test_latency(self):
        self.assertEqual(0, self.tandem_json("latency")["last24h"]["changes"])  # the initial load is none
        self.hire("Dorothy Vaughan")
        self.settle()
        latency = self.tandem_json("latency")
        self.assertEqual(1, len(latency["days"]))
        self.assertGreaterEqual(latency["last24h"]["changes"], 1)
        self.assertLessEqual(latency["last24h"]["changes"], 5)
        self.assertLess(latency["last24h"]["p99Seconds"], 120)
        self.assertEqual(latency["last24h"], self.tandem_json("status")["latency"])
        self.assertIn("To the cloud", self.tandem("status"))
        self.assertIn("last 24 hours", self.tandem("latency"))


class Alerts(Serving):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_certificates(cls.folder)
        cls.tandem("secret", "set", "alerts.mail", typed=PASSWORD)
        cls.tandem("secret", "set", "alerts.webhook", typed=KEY)

    def setUp(self):
        self.mail, self.webhook = MailSink(self.folder), Webhook(self.folder)
        self.addCleanup(self.mail.stop)
        self.addCleanup(self.webhook.stop)
        self.settings(f"""
[alerts]
ignore = ["staging-too-long"]
[alerts.mail]
server = "smtp://localhost:{self.mail.port}"
from = "tandem@example.com"
to = ["ada@example.com", "grace@example.com"]
user = "tandem"
password_secret = "alerts.mail"
ca_file = "{self.folder}/ca.pem"
[alerts.webhook]
url = "https://localhost:{self.webhook.port}/hook"
key_secret = "alerts.webhook"
ca_file = "{self.folder}/ca.pem"
""")

    def check(self, call):
        headers, body = call
        signed = headers["X-Tandem-Timestamp"].encode() + b"." + body
        expected = hmac.new(KEY.encode(), signed, hashlib.sha256)
        self.assertEqual("sha256=" + expected.hexdigest(), headers["X-Tandem-Signature"])
        return json.loads(body)

    def test_a_test_arrives_by_both_ways(self):
        self.assertEqual({"alerts": [], "ways": ["mail", "webhook"], "ignored": ["staging-too-long"]},
                         self.tandem_json("alerts"))
        self.assertIn("Nothing is wrong", self.tandem("alerts"))
        sent = self.tandem_json("alerts", "test")["sent"]
        self.assertEqual([("mail", True), ("webhook", True)],
                         [(one["way"], one["sent"]) for one in sent], sent)
        self.assertEqual(1, len(self.mail.mails))
        self.assertEqual(2, len(self.mail.mails[0]["to"]))
        self.assertIn("This is a test", self.mail.mails[0]["text"])
        self.assertEqual("test", self.check(self.webhook.calls[0])["event"])

    def test_a_server_that_is_not_trusted_gets_nothing(self):
        path = self.home / "server.toml"
        trusted = f'ca_file = "{self.folder}/ca.pem"'
        path.write_text(path.read_text(encoding="utf-8").replace(trusted, ""), encoding="utf-8")
        sent = self.tandem_json("alerts", "test", code=1)["sent"]
        self.assertEqual([False, False], [one["sent"] for one in sent])
        self.assertEqual(([], []), (self.mail.mails, self.webhook.calls))
        self.assertNotIn(PASSWORD, json.dumps(sent))

    def test_a_failed_run_is_told_of_once_when_it_begins_and_once_when_it_ends(self):
        self.webhook.failures_left = 1
        forest = self.home / "forest"
        forest.rename(self.home / "away")
        try:
            self.tandem("cycle", "delta", code=1)
            alert = self.tandem_json("alerts")["alerts"][0]
            self.assertEqual(("run-error", "error", []), (alert["kind"], alert["severity"], alert["sentTo"]))
            self.serve("--no-cycles")
            self.until(lambda: self.mail.mails and self.webhook.calls, 120)
            told = self.until(lambda: next((one for one in self.tandem_json("alerts")["alerts"]
                                            if len(one["sentTo"]) == 2), None))
            self.assertEqual(alert["id"], told["id"])
            self.assertIn("alert run-error", self.log())
        finally:
            (self.home / "away").rename(forest)
        self.tandem("cycle", "delta")
        self.until(lambda: len(self.mail.mails) == 2 and len(self.webhook.calls) == 2, 90)
        events = [self.check(call) for call in self.webhook.calls]
        self.assertEqual(["began", "ended"], [one["event"] for one in events])
        self.assertEqual(events[0]["alert"]["id"], events[1]["alert"]["id"])
        self.assertIn("Subject: [Tandem", self.mail.mails[0]["head"])
        self.assertIn("Over: run-error", self.mail.mails[1]["head"])

    def test_the_canary_of_the_schedule_is_an_alert_when_it_fails(self):
        self.settings('[canary]\ninterval_minutes = 5\narguments = ["--user", "nobody@example.com"]\n')
        (self.home / "state" / "canary_result.json").write_text(
            json.dumps({"at": 1, "passed": True, "seconds": 3, "cause": "", "next": ""}), encoding="utf-8")
        self.serve("--no-cycles")
        alert = self.until(lambda: next((one for one in self.tandem_json("alerts")["alerts"]
                                         if one["kind"] == "canary-failed"), None), 90)
        self.assertIn("nobody@example.com", alert["text"])


@unittest.skipUnless(shutil.which("promtool"), "promtool (package prometheus) is not here")
class Metrics(Serving):
    def scrape(self):
        connection = http.client.HTTPConnection("tandem", timeout=60)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(self.home / "api.sock"))
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        self.assertEqual(200, answer.status)
        return answer.read().decode()

    def test_promtool_takes_them(self):
        self.serve()
        self.until(lambda: (self.home / "api.sock").exists())
        self.until(lambda: "tandem_next_cycle_timestamp_seconds" in self.scrape())
        self.hire("Mary Jackson")
        text = self.scrape()
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True,
                                 check=False)
        self.assertEqual((0, "", ""), (checked.returncode, checked.stdout, checked.stderr))
        self.assertIn('tandem_last_run_success{connector="entra",profile="Export"} 1', text)

    def test_promtool_takes_the_rules_and_they_name_metrics_that_exist(self):
        rules = ROOT / "packaging" / "prometheus" / "tandem.rules.yml"
        subprocess.run(["promtool", "check", "rules", str(rules)], check=True, capture_output=True)
        page = (ROOT / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
        dashboard = (ROOT / "packaging" / "grafana" / "tandem.json").read_text(encoding="utf-8")
        expressions = [panel_target["expr"] for panel in json.loads(dashboard)["panels"]
                       for panel_target in panel.get("targets", [])]
        self.assertGreater(len(expressions), 8)
        for text in [rules.read_text(encoding="utf-8"), *expressions]:
            for word in text.replace("(", " ").replace("{", " ").replace("[", " ").split():
                if word.startswith(("tandem_", "process_")):
                    name = word.rstrip("),:")
                    for suffix in ("_bucket", "_sum", "_count"):
                        name = name.removesuffix(suffix)
                    self.assertIn(f"`{name}`", page)


if __name__ == "__main__":
    unittest.main(argv=["test_service", "-v"])
