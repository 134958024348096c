"""How gunicorn serves the web; each value can be set in the environment (docs/running.md)."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 10
max_requests = 5_000
max_requests_jitter = 500
control_socket_disable = True
proc_name = "pcc-grants-web"
loglevel = "warning"
errorlog = "-"
accesslog = None  # addresses and people: the proxy in front logs what the office wants kept
