"""The gateway: worker chat, storage, hand-offs; it stores and forwards, the bot answers."""
