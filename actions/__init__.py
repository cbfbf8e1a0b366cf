"""Custom actions of the dialogue server. An action returns data; the gateway stores it."""
