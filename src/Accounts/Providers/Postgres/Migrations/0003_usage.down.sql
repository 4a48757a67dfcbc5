DROP TABLE IF EXISTS {usage_runs};
DROP TABLE IF EXISTS {usage_reservations};
DROP TABLE IF EXISTS {usage_scopes};
