import unittest

import context  # noqa: F401
from peerbench import hpcload
from peerbench.clients import ClientFailed


class Reports(unittest.TestCase):
    def test_the_report_is_the_last_line_of_json(self):
        self.assertEqual(hpcload.parse_line('note\n{"open": 1}\n{"open": 2}\nbye\n'), {"open": 2})
        self.assertIsNone(hpcload.parse_line("nothing here\n"))

    def test_a_full_report_is_passed_on(self):
        report = {"succeeded": 10, "failed": 0}
        self.assertIs(hpcload.check(report, 10, "succeeded"), report)

    def test_too_few_successes_or_a_missing_report_are_failures(self):
        for report in ({"succeeded": 9, "failed": 0}, {"succeeded": 10, "failed": 1}, None):
            with self.assertRaises(ClientFailed):
                hpcload.check(report, 10, "succeeded")


if __name__ == "__main__":
    unittest.main()
