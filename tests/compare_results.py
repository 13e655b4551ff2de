"""Whether two result files are equal: every data set that is not volatile, numbers to a relative tolerance.

  python tests/compare_results.py FILE REFERENCE [TOLERANCE]     TOLERANCE 0 (default): bit for bit
"""

import sys

from programs import Result, assert_same_run

if __name__ == "__main__":
    tolerance = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    assert_same_run(Result(sys.argv[1]), Result(sys.argv[2]), tolerance)
    print(f"equal to {tolerance:g}: {sys.argv[1]} and {sys.argv[2]}")
