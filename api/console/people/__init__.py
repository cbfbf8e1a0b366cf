"""Accounts, the own account and the audit in the console."""
