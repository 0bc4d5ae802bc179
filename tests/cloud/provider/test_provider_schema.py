"""Types read from the SDK by many threads at once, as a stack that is put up again needs them."""

from __future__ import annotations

import subprocess
import sys

READ = """
import threading
from slipway.cloud.provider.schema import input_shape, output_names

tokens = ["aws:s3/bucketPolicy:BucketPolicy", "aws:iam/role:Role", "aws:sqs/queuePolicy:QueuePolicy"] * 4
together = threading.Barrier(len(tokens))

def read(token):
    together.wait()
    input_shape(token), output_names(token)
    read_whole.append(token)

read_whole = []
threads = [threading.Thread(target=read, args=(token,)) for token in tokens]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(read_whole))
"""


def test_threads_that_are_the_first_to_read_types_meet_no_half_imported_module() -> None:
    """In a process of their own: afterwards everything is imported."""
    done = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, timeout=120, check=True)
    assert (done.stdout, done.stderr) == ("12\n", "")
