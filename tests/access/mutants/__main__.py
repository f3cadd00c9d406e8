"""`python -m tests.access.mutants [WORDS]`"""

import sys

from tests.access.mutants.run import main

if __name__ == "__main__":
    sys.exit(main())
