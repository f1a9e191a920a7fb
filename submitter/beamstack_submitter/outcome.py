"""Exit codes."""

# The job reached its outcome.
FINISHED = 0
# The pipeline failed; another try may help.
FAILED = 1
# Refused before anything was submitted, or given up for another submitter's version of a stream: not tried again.
REFUSED = 2
# The new version of a stream failed, and the one before runs again.
ROLLED_BACK = 3
# The pod was asked to end.
TERMINATED = 143
