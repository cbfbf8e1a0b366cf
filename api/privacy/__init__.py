"""What becomes of personal data: export, deletion, retention, masking."""
