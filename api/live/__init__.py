"""What happens now, for whoever watches: open sockets, the desk, other gateways."""
