-- Role and database of hpc; run as a superuser, again as often as you like:
--   HPC_DB_PASSWORD=… psql -X -d postgres -f database.sql      (psql 15 or newer)
-- The nodes make their tables themselves.
\set ON_ERROR_STOP on
\getenv password HPC_DB_PASSWORD
\if :{?password}
\else
  \warn 'HPC_DB_PASSWORD is not set'
  \quit
\endif

-- The password stays out of the server's log.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;

SELECT 'CREATE ROLE hpc LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hpc')
\gexec
ALTER ROLE hpc PASSWORD :'password';

SELECT 'CREATE DATABASE hpc OWNER hpc ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'hpc')
\gexec

-- Nobody else comes in.
REVOKE ALL ON DATABASE hpc FROM PUBLIC;

\connect hpc
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
