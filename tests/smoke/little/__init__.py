"""A little internet in threads, on real sockets: name servers, https and http, and an environment that they serve."""
