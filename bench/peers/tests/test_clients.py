import os
import stat
import tempfile
import types
import unittest

import context  # noqa: F401
from peerbench import build, clients, hpcload, runner
from peerbench.clients import ClientFailed
from peerbench.servers.base import is_program_of


class Lanes(unittest.TestCase):
    def test_every_lane_calls_as_often_as_wanted(self):
        calls = []
        clients.in_lanes(lambda: calls.append(1), 4, 5)
        self.assertEqual(len(calls), 20)

    def test_an_exception_of_a_lane_fails_the_whole(self):
        calls = []

        def once():
            calls.append(1)
            if len(calls) == 3:
                raise TimeoutError("the third hangs")

        with self.assertRaisesRegex(ClientFailed, "2 of 5 logins, 1 of 1 lanes failed: the third hangs"):
            clients.in_lanes(once, 1, 5)

    def test_a_missing_algorithm_stays_one(self):
        def once():
            raise ClientFailed("Unable to negotiate: no matching cipher found")

        with self.assertRaises(ClientFailed) as caught:
            clients.in_lanes(once, 2, 1)
        self.assertTrue(caught.exception.unsupported)


class Reading(unittest.TestCase):
    def setUp(self):
        read, self.write = os.pipe()
        self.read = os.fdopen(read, "rb", buffering=0)

    def tearDown(self):
        self.read.close()
        if self.write is not None:
            os.close(self.write)

    def test_so_many_bytes_are_read_and_no_more(self):
        os.write(self.write, b"abcdef")
        self.assertEqual(clients.read_within(self.read, 5, 10), b"abcde")

    def test_a_line_ends_the_reading(self):
        os.write(self.write, b"one\ntwo\n")
        self.assertEqual(clients.read_within(self.read, 100, 10, until_line_ends=True), b"one\n")

    def test_the_end_ends_the_reading(self):
        os.write(self.write, b"x")
        os.close(self.write)
        self.write = None
        self.assertEqual(clients.read_within(self.read, 5, 10), b"x")

    def test_silence_is_a_failure(self):
        with self.assertRaises(ClientFailed):
            clients.read_within(self.read, 5, 0)


class Programs(unittest.TestCase):
    def test_a_program_that_cannot_be_run_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "hpc")
            with self.assertRaisesRegex(build.BuildFailed, "--hpc: .*hpc is not there"):
                build.require(path, "--hpc")
            with open(path, "wb"):
                pass
            with self.assertRaisesRegex(build.BuildFailed, "is not executable"):
                build.require(path, "--hpc")
            os.chmod(path, stat.S_IRWXU)
            build.require(path, "--hpc")

    def test_the_digest_is_that_of_the_assembly(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "hpc")
            with open(path, "wb") as f:
                f.write(b"starter")
            alone = build.digest(path)
            with open(path + ".dll", "wb") as f:
                f.write(b"assembly")
            self.assertNotEqual(build.digest(path), alone)

    def test_a_client_that_did_not_start_can_be_closed(self):
        with tempfile.TemporaryDirectory() as folder:
            scratch = types.SimpleNamespace(client=folder, client_key="key")
            client = hpcload.IdleHpcLoad(os.path.join(folder, "none"), types.SimpleNamespace(port=1, user="u", scratch=scratch))
            with self.assertRaises(FileNotFoundError):
                client.warm(1)
        clients.end_all([None])

    def test_sessions_of_sshd_are_its_own(self):
        for name in ("sshd", "sshd-session", "sshd-auth"):
            self.assertTrue(is_program_of("sshd", name))
        self.assertFalse(is_program_of("sshd", "sshguard"))


class BetweenTheRuns(unittest.TestCase):
    def test_what_was_not_measured_is_the_rest(self):
        entry = {"rounds": [{"server_cpu_attempts": 1.0}, {"server_cpu_attempts": 2.5}]}
        runner.note_outside(entry, 4.0)
        self.assertEqual((entry["cpu_measured"], entry["cpu_outside"]), (3.5, 0.5))

    def test_a_case_that_measures_no_cpu_has_no_rest(self):
        entry = {"rounds": [{"sessions": 5}]}
        runner.note_outside(entry, 4.0)
        self.assertNotIn("cpu_outside", entry)


if __name__ == "__main__":
    unittest.main()
