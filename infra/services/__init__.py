"""What this organisation serves, one module a service. This is the part to edit; the toolkit is in `slipway`."""
