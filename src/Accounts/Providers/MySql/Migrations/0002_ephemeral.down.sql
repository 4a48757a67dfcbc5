DROP TABLE IF EXISTS {ephemeral};
