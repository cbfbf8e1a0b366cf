"""The sub-commands of ``python -m knowledge_base``, one module for each group."""
