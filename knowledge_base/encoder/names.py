"""Names of the bundled encoder, apart from the modules that load PyTorch."""

MODEL_NAME = "multilingual-e5-small"
