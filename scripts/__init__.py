"""Set-up and start of the whole product. ``prepare`` needs nothing but the standard library."""
