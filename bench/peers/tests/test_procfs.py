import os
import unittest

import context  # noqa: F401
from peerbench import accounting, machine, procfs

STAT = "4711 (sftp) (x y) S 42 4711 4711 0 -1 4194560 1 2 3 4 150 50 30 20 20 0 5 0 100 1000000 256 18446744073709551615 0 0 0"


class StatLine(unittest.TestCase):
    def test_a_command_name_may_hold_spaces_and_parentheses(self):
        stat = procfs.parse_stat(STAT, tick=100, page=4096)
        self.assertEqual(stat, procfs.Stat(parent=42, own=2.0, reaped=0.5, rss=256 * 4096))

    def test_the_line_of_this_process_is_read(self):
        stat = procfs.parse_stat(procfs.read("/proc/self/stat"))
        self.assertEqual(stat.parent, os.getppid())
        self.assertGreater(stat.rss, 1 << 20)


class Trees(unittest.TestCase):
    def test_grandchildren_belong_to_the_tree_and_siblings_do_not(self):
        parents = {10: 1, 11: 10, 12: 11, 20: 1, 21: 20}
        self.assertEqual(sorted(procfs.descendants(10, parents)), [10, 11, 12])

    def test_a_root_without_children_is_alone(self):
        self.assertEqual(procfs.descendants(5, {6: 1}), [5])


class Files(unittest.TestCase):
    def test_schedstat_is_in_nanoseconds(self):
        self.assertAlmostEqual(procfs.parse_schedstat("2500000000 30 7"), 2.5)

    def test_a_kib_line_is_read_in_bytes(self):
        text = "Name:\tx\nVmHWM:\t   900 kB\nVmRSS:\t   123 kB\n"
        self.assertEqual(procfs.parse_kib(text, "VmRSS"), 123 * 1024)
        self.assertIsNone(procfs.parse_kib(text, "Pss"))

    def test_pss_is_not_taken_from_a_longer_name(self):
        self.assertEqual(procfs.parse_kib("Pss_Anon: 1 kB\nPss: 2 kB\n", "Pss"), 2048)

    def test_idle_iowait_and_steal_are_not_busy(self):
        busy, steal = procfs.parse_machine("cpu  100 20 30 5000 600 7 8 90 1 1\ncpu0 1 1 1 1\n", tick=100)
        self.assertAlmostEqual(busy, 1.65)
        self.assertAlmostEqual(steal, 0.9)

    def test_ports_are_found_by_the_state_of_their_sockets(self):
        text = ("  sl  local_address rem_address   st\n"
                "   0: 0100007F:1F90 00000000:0000 0A 0\n"
                "   1: 0100007F:1F90 0100007F:8000 01 0\n"
                "   2: 0100007F:8000 0100007F:1F90 01 0\n"
                "   3: 0100007F:1F90 0100007F:8001 01 0\n")
        self.assertEqual(procfs.parse_ports(text, procfs.LISTEN), [0x1F90])
        self.assertEqual(procfs.parse_ports(text, "01").count(0x1F90), 2)


class Cgroups(unittest.TestCase):
    def test_cpu_stat_is_in_microseconds(self):
        self.assertAlmostEqual(accounting.parse_cpu_stat("usage_usec 1500000\nuser_usec 1\n"), 1.5)

    def test_cpu_stat_without_usage_is_an_error(self):
        with self.assertRaises(ValueError):
            accounting.parse_cpu_stat("user_usec 1\n")

    def test_the_mount_of_version_2_is_found_beside_version_1(self):
        mounts = "cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
        self.assertEqual(accounting.parse_cgroup2_mount(mounts), "/sys/fs/cgroup/unified")
        self.assertIsNone(accounting.parse_cgroup2_mount("proc /proc proc rw 0 0\n"))

    def test_the_own_group_is_the_line_without_controllers(self):
        self.assertEqual(accounting.parse_own_cgroup2("2:cpu:/a\n0::/b/c\n"), "/b/c")
        self.assertIsNone(accounting.parse_own_cgroup2("2:cpu:/a\n"))


class MachineFacts(unittest.TestCase):
    def test_the_cpu_is_the_first_model_name(self):
        self.assertEqual(machine.parse_cpu_model("processor\t: 0\nmodel name\t: Fast CPU: v2\n"), "Fast CPU: v2")
        self.assertEqual(machine.parse_cpu_model(""), "unknown")

    def test_the_name_of_the_system_has_no_quotes(self):
        self.assertEqual(machine.parse_os_name('ID=x\nPRETTY_NAME="Some Linux 1"\n'), "Some Linux 1")


if __name__ == "__main__":
    unittest.main()
