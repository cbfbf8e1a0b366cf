"""``python -m api``, with the settings of ``.env`` below those of the shell."""

import sys

from dotenv import load_dotenv

from api.cli import main

load_dotenv(".env")
sys.exit(main())
