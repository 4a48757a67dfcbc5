DROP TABLE user_folders;
DROP TABLE users;
DROP TABLE folders;
