#!/bin/sh
# Rebuilds static/vendor from the packages pinned in package.json. Needed only after changing vendor.scss,
# vendor.js or a version: the result is committed, and nobody needs Node to run the service.
#
#   cd frontend && npm ci && ./build.sh
set -eu
cd "$(dirname "$0")"
to=../static/vendor/govuk
mkdir -p "$to"

node_modules/.bin/sass --style=compressed --no-source-map --no-charset --quiet-deps --load-path=. \
    vendor.scss "$to/govuk.min.css"
# The file upload's enhanced button has the government's blue written in, the timeline an icon: neither is used.
sed -i -e 's/#1d70b8/#14505c/g' -e 's/background-image:url([^)]*);//g' "$to/govuk.min.css"
node_modules/.bin/esbuild vendor.js --bundle --format=esm --minify --target=es2017 \
    --legal-comments=none --log-level=warning --outfile="$to/govuk.min.js"

# What must never get in: the government's font, its crown and crests, its blue.
for trace in 'GDS Transport' 'font-face' 'crown' 'crest' '1d70b8' 'url('; do
    if grep -qi -- "$trace" "$to/govuk.min.css"; then
        echo "build.sh: $to/govuk.min.css contains “$trace”. Remove it and build again." >&2
        exit 1
    fi
done
ls -l "$to"
