DROP TABLE IF EXISTS {activity};
DROP TABLE IF EXISTS {object_references};
DROP TABLE IF EXISTS {objects};
DROP TABLE IF EXISTS {deletions};
DROP TABLE IF EXISTS {meta};
