"""Timed claims of the product: ``make bench``. Results go to ``var/bench`` as JSON."""
