"""Who may call what, how often and from where."""
