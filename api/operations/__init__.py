"""What an operator needs: backup and restore, a doctor, metrics."""
