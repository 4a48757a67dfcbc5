CREATE TABLE folders (
    id          INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    mapped_path TEXT    NOT NULL,
    version     INTEGER NOT NULL CHECK (version >= 1),
    document    TEXT    NOT NULL
);

-- Who mounts what, for the questions that would otherwise read every user. The mounts themselves are in the user's document;
-- both are written in one transaction.
CREATE TABLE user_folders (
    user_name   TEXT NOT NULL REFERENCES users (user_name) ON DELETE CASCADE,
    folder_name TEXT NOT NULL REFERENCES folders (name),
    PRIMARY KEY (user_name, folder_name)
) WITHOUT ROWID;

CREATE INDEX user_folders_by_folder ON user_folders (folder_name, user_name);
