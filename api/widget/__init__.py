"""The chat window for pages: sources of the module, and how it is served."""
