"""Command line of the knowledge base: ``python -m knowledge_base --help``."""

from knowledge_base.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
