"""What the gateway withstands; ``docs/security.md`` says which test shows which measure."""
