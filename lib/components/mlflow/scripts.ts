/** Small programs in Python for what MLflow has no option for; they run in MLflow's own image. */

/**
 * Writes the configuration of authentication into memory: MLflow reads the URI of its database from a file only. The file doubles `%`, as Python's
 * configparser replaces `%(name)s`. Source: MLflow 3.17.2, server/auth/config.py.
 */
export const WRITE_AUTH_CONFIG = `
import os
from urllib.parse import quote

def part(name):
    return quote(os.environ[name], safe="").replace("%", "%%")

user, password, database = part("AUTH_USER"), part("AUTH_PASSWORD"), os.environ["AUTH_DATABASE"]
with open(os.environ["MLFLOW_AUTH_CONFIG_PATH"], "w") as file:
    file.write("[mlflow]\\n")
    file.write("admin_username = admin\\n")
    file.write("default_permission = " + os.environ["DEFAULT_PERMISSION"] + "\\n")
    file.write(f"database_uri = postgresql+psycopg2://{user}:{password}@{database}\\n")
`.trimStart();

/** Migrates the database of users with the URI from that file, so that no process has it as an argument. Source: MLflow 3.17.2, server/auth/db/cli.py. */
export const MIGRATE_USERS = `
import sqlalchemy
from mlflow.server.auth.config import read_auth_config
from mlflow.server.auth.db import utils

utils.migrate(sqlalchemy.create_engine(read_auth_config().database_uri), "head")
`.trimStart();

/** Serves the metrics that the workers write into a folder: the server's own /metrics wants a user and a host name. */
export const SERVE_METRICS = `
import os, threading
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
MultiProcessCollector(registry, path=os.environ["PROMETHEUS_MULTIPROC_DIR"])
start_http_server(int(os.environ["METRICS_PORT"]), registry=registry)
threading.Event().wait()
`.trimStart();
