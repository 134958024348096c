#!/usr/bin/env python
"""Django's command line; `./run COMMAND` calls it after setting up."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pcc_grants.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
