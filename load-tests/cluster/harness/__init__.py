"""What the scenarios are made of: PostgreSQL, nodes, clients, meters, figures."""
