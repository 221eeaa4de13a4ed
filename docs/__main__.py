"""`make docs`: write every generated document anew."""

import warnings

warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")

from docs.generated import write  # noqa: E402 - importing services announces eventlet's retirement

for path in write():
    print(path)
