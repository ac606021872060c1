-- The two roles and the database. Run by psql as superuser; running it again changes nothing.
-- Passwords come from the environment where the server is reached over a network.
\getenv owner_password CPMS_OWNER_PASSWORD
\getenv app_password CPMS_APP_PASSWORD

-- The owner of the tables: migrations and tests.
SELECT 'CREATE ROLE cpms_owner LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpms_owner') \gexec
ALTER ROLE cpms_owner SET lock_timeout = '10s';

-- The application: no DDL; its rights on tables are granted after each migration.
SELECT 'CREATE ROLE cpms_app LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpms_app') \gexec
ALTER ROLE cpms_app SET statement_timeout = '15s';
ALTER ROLE cpms_app SET lock_timeout = '5s';

-- So that the owner can end the application's sessions, as dropping a database needs.
GRANT cpms_app TO cpms_owner;

\if :{?owner_password}
ALTER ROLE cpms_owner PASSWORD :'owner_password';
\endif
\if :{?app_password}
ALTER ROLE cpms_app PASSWORD :'app_password';
\endif

SELECT 'CREATE DATABASE cpms OWNER cpms_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'cpms') \gexec
