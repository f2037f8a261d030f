"""Where linksync keeps what it remembers: in this process, or in a SQL database."""
