"""The people of the desk: their accounts, logins and permissions, and what they can do."""
