"""Runs a suite's unittest cases and reports them as TAP, which `npm run conformance` reads."""
import sys
import traceback
import unittest


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count = 0

    def _report(self, status, test):
        self.count += 1
        name = test.shortDescription() or test.id()
        print(f"{status} {self.count} - {name}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._report("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.count += 1
        print(f"ok {self.count} - {test.shortDescription() or test.id()} # SKIP {reason}", flush=True)

    def _fail(self, test, err):
        self._report("not ok", test)
        for line in "".join(traceback.format_exception(*err, chain=False)).rstrip().split("\n"):
            print(f"# {line}", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._fail(test, err)


def main(module="__main__"):
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    result = TapResult()
    suite.run(result)
    print(f"1..{result.count}", flush=True)
    sys.exit(0 if result.wasSuccessful() else 1)
