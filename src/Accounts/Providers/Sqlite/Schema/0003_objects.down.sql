DROP TABLE ephemeral;
DROP TABLE object_activity;
DROP TABLE object_removals;
DROP TABLE object_references;
DROP TABLE objects;
DROP TABLE object_ids;
DROP TABLE meta;
