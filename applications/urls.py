"""Addresses of applications: the applicant's side and the office's lists; judgement in `urls_deciding`."""

from importlib.util import find_spec

applicant_urls = []

if find_spec("applications.urls_deciding"):
    from applications.urls_deciding import deciding_urls
else:
    deciding_urls = []

urlpatterns = applicant_urls + deciding_urls
