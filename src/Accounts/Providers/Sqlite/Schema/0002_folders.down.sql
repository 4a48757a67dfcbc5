DROP TABLE user_folders;
DROP TABLE folders;
UPDATE users SET document = json_remove(document, '$.folders');
