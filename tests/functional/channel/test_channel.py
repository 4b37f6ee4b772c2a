#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two servers find each other by a code, talk, and turn away everybody else."""
import json
import os
import pathlib
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from test_cli import BIN, CliTest, Tenant  # noqa: E402  pylint: disable=wrong-import-position

PEOPLE = 40


class Daemon:
    """A 'tandem serve' in the background; its log goes to a file."""

    def __init__(self, home, *arguments):
        self.home = home
        self.log_file = home.parent / f"{home.name}.log"
        self.socket = home / "state" / "control.sock"
        self.out = open(self.log_file, "a", encoding="utf-8")
        self.begin = self.log_file.stat().st_size
        self.process = subprocess.Popen(
            [BIN / "tandem", "--home", home, "serve", "--console", "off", *arguments, "--json"],
            stdout=subprocess.PIPE, stderr=self.out, text=True)
        self.announced, text = None, ""
        for line in self.process.stdout:
            text += line
            if line == "}\n":
                self.announced = json.loads(text)
                break

    @property
    def url(self):
        return "https://" + self.announced["listening"]

    def log(self):
        return self.log_file.read_text(encoding="utf-8")[self.begin:]

    def wait_for(self, text, seconds=60):
        for _ in range(seconds * 20):
            if text in self.log():
                return
            time.sleep(0.05)
        raise AssertionError(f"{text!r} is not in the log:\n{self.log()}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.process.stdout.close()
        self.out.close()
        return code


class MiddleMan:
    """Ends TLS on both sides and passes every byte on."""

    def __init__(self, folder, port):
        self.key, self.certificate = folder / "middle.key", folder / "middle.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=middle",
                        "-keyout", self.key, "-out", self.certificate],
                       check=True, capture_output=True)
        self.inside = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.inside.check_hostname = False
        self.inside.verify_mode = ssl.CERT_NONE
        self.inside.load_cert_chain(self.certificate, self.key)
        self.outside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.outside.load_cert_chain(self.certificate, self.key)
        self.port = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        try:
            near = self.outside.wrap_socket(client, server_side=True)
            far = self.inside.wrap_socket(socket.create_connection(("127.0.0.1", self.port)))
            threading.Thread(target=self.pump, args=(far, near), daemon=True).start()
            self.pump(near, far)
        except OSError:
            client.close()

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            end.close()

    def close(self):
        self.listener.close()


class PairTest(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "tenant").mkdir()
        cls.tenant = Tenant(cls.folder / "tenant")
        cls.old, cls.new = cls.folder / "old", cls.folder / "new"
        cls.stranger = cls.folder / "stranger"
        for home in (cls.old, cls.new, cls.stranger):
            cls.tandem("init", "--demo", "--people", PEOPLE, "--tenant", "lab.onmicrosoft.com",
                       "--client-id", cls.tenant.told("client id"), "--client-secret-file",
                       cls.tenant.told("secret file"), "--login-url", cls.tenant.url,
                       "--graph-url", cls.tenant.url + "/v1.0", "--entra-ca-file",
                       cls.tenant.folder / "ca.pem", "--sync-profile", home=home)

    @classmethod
    def tearDownClass(cls):
        cls.tenant.stop()
        super().tearDownClass()

    def setUp(self):
        self.daemons = []

    def tearDown(self):
        for daemon in self.daemons:
            daemon.stop()
        for home in (self.old, self.new):
            (home / "partner.json").unlink(missing_ok=True)

    def serve(self, home, *arguments):
        self.daemons.append(Daemon(home, *arguments))
        self.assertIsNotNone(self.daemons[-1].announced, self.daemons[-1].log())
        return self.daemons[-1]

    def serve_old(self):
        return self.serve(self.old, "--listen", "127.0.0.1:0", "--no-cycles")

    def pair(self, daemon):
        code = self.tandem_json("pair", "invite", home=daemon.home)["code"]
        return self.tandem_json("pair", "accept", daemon.url, code, home=self.new)

    def curl(self, daemon, path, *arguments, home=None, protocol=1):
        command = ["curl", "--silent", "--insecure", "--max-time", "30", "--header",
                   f"Tandem-Protocol: {protocol}", "--write-out", "\n%{http_code}", *arguments]
        if home:
            folder = home / "state" / "channel"
            command += ["--cert", folder / "identity.pem", "--key", folder / "identity.key"]
        out = subprocess.run([*command, daemon.url + path], capture_output=True, text=True,
                             check=False).stdout
        body, status = out.rsplit("\n", 1)
        return int(status), body

    def report(self, daemon, home):
        return self.curl(daemon, "/pair/v1/message", "--data", '{"version":1,"verb":"report"}',
                         home=home)


class Pairing(PairTest):
    def test_two_servers_pair_talk_and_talk_again_after_a_restart(self):
        daemon = self.serve_old()
        accepted = self.pair(daemon)
        self.assertTrue(accepted["partner"]["name"].endswith(str(self.old)))
        shown = self.tandem_json("pair", "show", home=self.new)
        self.assertTrue(shown["partner"]["answers"], shown)
        other = self.tandem_json("pair", "show", home=self.old)
        self.assertEqual(shown["fingerprint"], other["partner"]["fingerprint"])
        self.assertEqual(other["fingerprint"], shown["partner"]["fingerprint"])
        self.assertIn("told no address", other["partner"]["problem"])
        status, body = self.report(daemon, self.new)
        self.assertEqual(200, status, body)
        self.assertIn(str(self.old), json.dumps(json.loads(body)["answer"]))
        port = daemon.announced["listening"]
        self.assertEqual(0, daemon.stop())
        again = self.tandem_json("pair", "show", home=self.new)["partner"]
        self.assertFalse(again["answers"])
        self.assertIn("refused the connection", again["problem"])
        self.serve(self.old, "--listen", port, "--no-cycles")
        self.assertTrue(self.tandem_json("pair", "show", home=self.new)["partner"]["answers"])

    def test_both_directions(self):
        daemon = self.serve_old()
        other = self.serve(self.new, "--listen", "127.0.0.1:0", "--no-cycles")
        self.pair(daemon)
        for home in (self.old, self.new):
            self.assertTrue(self.tandem_json("pair", "show", home=home)["partner"]["answers"])
        self.assertEqual(200, self.report(other, self.old)[0])

    def test_the_inviting_command_listens_itself(self):
        command, variables = self.command("pair", "invite", "--listen", "127.0.0.1:0", "--json",
                                          home=self.old)
        with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True) as invite:
            told = json.loads("".join(iter(invite.stdout.readline, "}\n")) + "}")
            self.tandem("pair", "accept", told["url"], told["code"].lower().replace("-", " "),
                        home=self.new)
            self.assertEqual(0, invite.wait(30))
        self.assertIn("already", self.fails("pair", "invite", "--listen", "127.0.0.1:0"))

    def fails(self, *arguments):
        self.tandem(*arguments, home=self.old, code=1)
        return self.error

    def test_who_cannot_be_reached_cannot_invite(self):
        self.assertIn("--listen", self.fails("pair", "invite"))
        self.serve(self.old, "--no-cycles")
        self.assertIn("--listen", self.fails("pair", "invite"))

    def test_a_wrong_code_is_void_after_five_tries(self):
        daemon = self.serve_old()
        code = self.tandem_json("pair", "invite", home=self.old)["code"]
        wrong = ("8" if code[0] == "7" else "7") + code[1:]
        for left in ("4 more", "3 more", "2 more", "1 more", "void now"):
            self.tandem("pair", "accept", daemon.url, wrong, home=self.new, code=1)
            self.assertIn(left, self.error)
        self.tandem("pair", "accept", daemon.url, code, home=self.new, code=1)
        self.assertFalse((self.old / "partner.json").exists())
        self.assertFalse((self.new / "partner.json").exists())
        self.assertNotIn(code, daemon.log())

    def test_a_man_in_the_middle_gains_nothing(self):
        daemon = self.serve_old()
        middle = MiddleMan(self.folder, int(daemon.url.rsplit(":", 1)[1]))
        code = self.tandem_json("pair", "invite", home=self.old)["code"]
        self.tandem("pair", "accept", middle.url, code, home=self.new, code=1)
        self.assertIn("somebody stands between", self.error)
        self.assertFalse((self.old / "partner.json").exists())
        self.assertFalse((self.new / "partner.json").exists())
        # Nor later, at the address of a server that is paired.
        self.tandem("pair", "accept", daemon.url, code, home=self.new)
        partner = json.loads((self.new / "partner.json").read_text())
        partner["url"] = middle.url
        (self.new / "partner.json").write_text(json.dumps(partner))
        problem = self.tandem_json("pair", "show", home=self.new)["partner"]["problem"]
        self.assertIn("somebody stands in between", problem)
        middle.close()

    def test_a_partner_that_is_removed_is_refused(self):
        daemon = self.serve_old()
        self.pair(daemon)
        self.tandem("pair", "remove", home=self.old, code=1)
        self.tandem("pair", "remove", "--yes", home=self.old)
        problem = self.tandem_json("pair", "show", home=self.new)["partner"]["problem"]
        self.assertIn("is not paired", problem)
        daemon.wait_for("is not paired")
        self.tandem("pair", "remove", "--yes", home=self.old, code=1)


class Strangers(PairTest):
    def test_strangers_are_refused(self):
        daemon = self.serve_old()
        self.pair(daemon)
        self.tandem("pair", "show", home=self.stranger)
        for path in ("/pair/v1/hello", "/pair/v1/message", "/pair/v1/compare", "/"):
            status, body = self.curl(daemon, path, "--data", "x")
            self.assertEqual(401, status, body)
            status, body = self.curl(daemon, path, "--data", "x", home=self.stranger)
            self.assertEqual(403, status, body)
        self.assertEqual(403, self.curl(daemon, "/pair/v1/join/start", "--data", "{}",
                                        home=self.stranger)[0])
        self.assertEqual(413, self.curl(daemon, "/pair/v1/message", "--data", "x" * 20000,
                                        home=self.stranger)[0])
        daemon.wait_for("does not know the certificate")
        daemon.wait_for("none was shown")

    def test_old_tls_is_refused(self):
        daemon = self.serve_old()
        place = daemon.announced["listening"]
        for version, good in (("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)):
            result = subprocess.run(
                ["openssl", "s_client", "-connect", place, version, "-cipher", "ALL:@SECLEVEL=0"],
                input="", capture_output=True, text=True, check=False, timeout=30)
            self.assertEqual(good, "BEGIN CERTIFICATE" in result.stdout, version)

    def test_another_protocol_is_told_whom_to_upgrade(self):
        daemon = self.serve_old()
        self.pair(daemon)
        status, body = self.curl(daemon, "/pair/v1/message", "--data", "x",
                                 home=self.new, protocol=7)
        self.assertEqual(409, status)
        self.assertIn("upgrade", body)

    def test_files_and_socket_are_for_the_owner(self):
        daemon = self.serve_old()
        self.pair(daemon)
        for path in (daemon.socket, self.old / "partner.json", self.old / "state" / "channel" /
                     "identity.key"):
            self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode), path)
        hello = ["curl", "--silent", "--unix-socket", str(daemon.socket),
                 "http://localhost/pair/v1/hello"]
        self.assertIn("tandem", subprocess.run(hello, capture_output=True, text=True,
                                               check=True).stdout)
        if os.geteuid() != 0:
            self.skipTest("only root can try as another user")
        # The folders are in the way already; without them the socket itself is.
        for folder in (self.folder, self.old, self.old / "state"):
            folder.chmod(0o755)
        result = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", *hello],
                                capture_output=True, text=True, check=False)
        self.assertNotEqual(0, result.returncode)
        daemon.socket.chmod(0o666)
        result = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", *hello],
                                capture_output=True, text=True, check=True)
        self.assertIn("permission_denied", result.stdout)


class Serving(PairTest):
    def test_cycles_by_the_scheduler_beside_commands(self):
        daemon = self.serve(self.new)
        daemon.wait_for("cycle done", 120)
        self.assertIn("entra, Export: success", daemon.log())
        self.tandem("status", home=self.new)
        self.tandem("run", "corp", "Delta Import", home=self.new)
        self.tandem("serve", home=self.new, code=1)
        self.assertIn("serve.lock", self.error)
        self.assertEqual(0, daemon.stop())
        self.assertFalse(daemon.socket.exists())

    def test_a_home_that_is_in_use_is_left_alone(self):
        with open(self.new / "lock", "a", encoding="utf-8") as lock:
            subprocess.run(["flock", "--exclusive", str(lock.fileno())], check=True,
                           pass_fds=[lock.fileno()])
            daemon = self.serve(self.new)
            daemon.wait_for("cycle skipped")
            self.assertEqual(0, daemon.stop())

    def test_a_killed_daemon_leaves_nothing_in_the_way(self):
        daemon = self.serve(self.new, "--no-cycles")
        daemon.process.kill()
        daemon.process.wait()
        self.assertTrue(daemon.socket.exists())
        again = self.serve(self.new, "--no-cycles")
        self.assertEqual(0, again.stop())

    def test_a_signal_cancels_the_cycle(self):
        self.tandem("scheduler", "set", "--next", "initial", home=self.new)
        daemon = self.serve(self.new)
        self.assertEqual(0, daemon.stop())
        self.assertNotIn("cycle failed", daemon.log())


def main():
    loader = unittest.defaultTestLoader
    if len(sys.argv) > 1:
        tests = loader.loadTestsFromNames(sys.argv[1:], sys.modules[__name__])
    else:
        tests = loader.loadTestsFromModule(sys.modules[__name__])
    result = unittest.TextTestRunner(verbosity=2).run(tests)
    failed = len(result.failures) + len(result.errors)
    passed = result.testsRun - failed - len(result.skipped)
    print(f"{passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
