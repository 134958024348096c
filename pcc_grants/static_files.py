"""Static files with a hash in their name, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites the `import` lines of JavaScript modules to the hashed names."""

    support_js_module_import_aggregation = True
