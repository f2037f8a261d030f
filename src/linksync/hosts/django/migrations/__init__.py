"""linksync's numbered schema changes, each as a migration of Django's."""
