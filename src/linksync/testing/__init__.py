"""What tests of linksync's users need: contract suites, a faulty endpoint, a QuickBooks company in memory."""
