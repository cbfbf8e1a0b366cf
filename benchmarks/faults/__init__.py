"""What can go wrong around the product, made to happen: a slow disk, a clock that jumps, kills."""
