"""Command line of the knowledge base: ``python -m knowledge_base --help``."""

from dotenv import load_dotenv

from knowledge_base.cli import main

if __name__ == "__main__":
    load_dotenv(".env")
    raise SystemExit(main())
