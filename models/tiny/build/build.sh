#!/bin/sh
# Builds the tiny model pack from nothing: trains the networks, makes the pictures, measures, writes the model cards.
#   build.sh          all of it
#   build.sh check    the builder's own checks only
#   build.sh pack     exports and measures what was trained before
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-/usr/bin/python3}
# One thread per process is faster than two with these small matrices.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE
run() { nice -n 5 "$python" "$@"; }

run checks.py
[ "${1:-}" = check ] && exit 0
if [ "${1:-}" != pack ]; then
    rm -rf .work
    run train_perception.py
    run train_captioner.py & captioner=$!
    run train_blip.py
    run train_matching.py
    wait "$captioner"
fi
run build.py
