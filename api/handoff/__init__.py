"""Hand-offs: from the bot to a person, through the desk, and back."""
