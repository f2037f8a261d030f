"""A small CRM that promotes its customers, products and orders to QuickBooks."""
