"""Conversations: storing messages, asking the bot, handing over to a person."""
