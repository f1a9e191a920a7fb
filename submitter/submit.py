"""Entry of the submitter: the pipeline's files stand beside this one, whatever the working directory is."""

import os
import sys

from beamstack_submitter.main import main

main(os.path.dirname(os.path.abspath(__file__)), sys.argv[1:])
