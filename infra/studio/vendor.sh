#!/usr/bin/env bash
# Fetches the browser library that Studio serves by itself (uPlot, for curves), checks it against the pinned integrity, and puts it where Studio
# serves it. Run it again after a change of the version here; the result is committed, so that a build needs no npm.
#
#   infra/studio/vendor.sh
set -euo pipefail

version=1.6.32
integrity=sha512-KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw==
files=(dist/uPlot.esm.js dist/uPlot.min.css LICENSE)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=$root/services/Studio/wwwroot/lib/uplot
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

npm pack "uplot@$version" --silent --pack-destination "$scratch" >/dev/null
archive=$scratch/uplot-$version.tgz
found=sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w 0)
if [[ $found != "$integrity" ]]; then
  echo "error: uplot $version is not what was pinned: $found, expected $integrity" >&2
  exit 1
fi

tar -xzf "$archive" -C "$scratch"
mkdir -p "$target"
for file in "${files[@]}"; do
  install -m 644 "$scratch/package/$file" "$target/${file##*/}"
done

{
  echo "[uPlot](https://github.com/leeoniya/uPlot) $version draws Studio's curves; \`infra/studio/vendor.sh\` fetched it. Licence: MIT (\`LICENSE\`)."
  echo "npm integrity: \`$integrity\`"
  echo "SHA-256: $(cd "$target" && sha256sum "${files[@]##*/}" | awk '{ printf "%s`%s` `%s`", (NR > 1 ? ", " : ""), $2, $1 }')"
} >"$target/README.md"
echo "uplot $version is in $target"
