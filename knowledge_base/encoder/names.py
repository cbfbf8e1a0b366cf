"""Names of the bundled encoder, apart from the modules that load PyTorch."""

MODEL_NAME = "union-e5-small"
