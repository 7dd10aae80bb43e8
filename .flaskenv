# Lets `.venv/bin/flask COMMAND` find the application at the repository root.
FLASK_APP=backend.app
