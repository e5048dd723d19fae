"""Real engines for the tests: PostgreSQL and Spark on loopback."""
