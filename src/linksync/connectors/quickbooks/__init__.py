"""QuickBooks Online as an endpoint."""
