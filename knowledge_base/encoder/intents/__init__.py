"""The encoder as the dialogue agent reads with it: sentence vector and intents."""
