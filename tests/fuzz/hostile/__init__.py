"""Documents that mean harm, or only came to harm, and what preflight makes of them."""
