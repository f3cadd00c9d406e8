-- Database roles, the database and its rights. Run by a superuser; safe to run again.
--
--   psql -v ON_ERROR_STOP=1 [-v db=otasuke] -f ops/bootstrap.sql
--
-- Used by ops/services.py for the private PostgreSQL and by docker-compose.yml as the image's init script.
-- Passwords come from the environment (OTASUKE_OWNER_PASSWORD, …); a role whose variable is unset keeps none,
-- which is right for a private socket directory and refuses every password login elsewhere.
--
--   otasuke_owner        migrations only: owns the database and everything in it
--   otasuke_app          web and workers: reads and writes rows under row-level security, owns nothing
--   otasuke_report       aggregates only: no table right unless a migration grants it
--   otasuke_maintenance  partitions and retention, only through functions in schema sec
--   sec_definer          cannot log in, passes row-level security: owner of the few SECURITY DEFINER functions

\set ON_ERROR_STOP on
\if :{?db}
\else
  \set db otasuke
\endif
\getenv owner_password OTASUKE_OWNER_PASSWORD
\getenv app_password OTASUKE_APP_PASSWORD
\getenv report_password OTASUKE_REPORT_PASSWORD
\getenv maintenance_password OTASUKE_MAINTENANCE_PASSWORD

-- Two bootstraps at the same moment would meet on the shared catalogue; the second waits here.
SELECT pg_advisory_lock(hashtext('otasuke bootstrap')) \g /dev/null

SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY['otasuke_owner', 'otasuke_app', 'otasuke_report', 'otasuke_maintenance', 'sec_definer']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE otasuke_owner       LOGIN   NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE otasuke_app         LOGIN   NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE otasuke_report      LOGIN   NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE otasuke_maintenance LOGIN   NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE sec_definer         NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
-- For whoever connects without saying more; web, workers and long jobs bring their own (otasuke/patience.py).
ALTER ROLE otasuke_app SET statement_timeout = '15min';
ALTER ROLE otasuke_app SET lock_timeout = '2min';
ALTER ROLE otasuke_app SET idle_in_transaction_session_timeout = '15min';
ALTER ROLE otasuke_report SET statement_timeout = '5min';
ALTER ROLE otasuke_maintenance SET lock_timeout = '1min';

-- Lets a migration hand a function to sec_definer (ALTER FUNCTION … OWNER TO) and replace it later.
GRANT sec_definer TO otasuke_owner;

\if :{?owner_password}
  ALTER ROLE otasuke_owner PASSWORD :'owner_password';
\endif
\if :{?app_password}
  ALTER ROLE otasuke_app PASSWORD :'app_password';
\endif
\if :{?report_password}
  ALTER ROLE otasuke_report PASSWORD :'report_password';
\endif
\if :{?maintenance_password}
  ALTER ROLE otasuke_maintenance PASSWORD :'maintenance_password';
\endif

SELECT format('CREATE DATABASE %I OWNER otasuke_owner', :'db')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'db') \gexec
ALTER DATABASE :"db" OWNER TO otasuke_owner;
-- The application makes temporary tables: events are copied in through one.
REVOKE ALL ON DATABASE :"db" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"db" TO otasuke_app;
GRANT CONNECT ON DATABASE :"db" TO otasuke_report, otasuke_maintenance;

\connect :"db"
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO otasuke_app, otasuke_report, otasuke_maintenance, sec_definer;

CREATE SCHEMA IF NOT EXISTS sec AUTHORIZATION otasuke_owner;
GRANT USAGE, CREATE ON SCHEMA sec TO sec_definer;
GRANT USAGE ON SCHEMA sec TO otasuke_app, otasuke_report, otasuke_maintenance;

-- What migrations create later. TRUNCATE is never granted: it passes row-level security.
ALTER DEFAULT PRIVILEGES FOR ROLE otasuke_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO otasuke_app;
ALTER DEFAULT PRIVILEGES FOR ROLE otasuke_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO otasuke_app;
-- Enough for claims and look-ups; a function that inserts or deletes has the right granted in its own migration.
ALTER DEFAULT PRIVILEGES FOR ROLE otasuke_owner IN SCHEMA public
  GRANT SELECT, UPDATE ON TABLES TO sec_definer;
-- A SECURITY DEFINER function is callable only by the roles its migration names.
ALTER DEFAULT PRIVILEGES FOR ROLE otasuke_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
