#!/bin/sh
# Builds the tiny model pack from nothing: trains the networks, makes the pictures, measures, writes the model cards.
#   build.sh               all of it
#   build.sh check         the builder's own checks only
#   build.sh pack          exports and measures what was trained before
#   build.sh drawing       trains, exports and measures the VGG and the diffusion model only
#   build.sh drawing-pack  exports and measures these two, trained before
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-/usr/bin/python3}
# One thread per process is faster than two with these small matrices.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE
run() { nice -n 5 "$python" "$@"; }

describing() {
    run train_perception.py
    run train_captioner.py & captioner=$!
    run train_blip.py
    run train_matching.py
    wait "$captioner"
}

drawing() {
    run train_vgg.py & vgg=$!
    run train_vae.py
    run make_latents.py
    run train_text.py
    wait "$vgg"
    run train_unet.py
}

run checks.py
case ${1:-all} in
    check) ;;
    pack) run build.py ;;
    drawing-pack) run build.py drawing ;;
    drawing) drawing; run build.py drawing ;;
    all) rm -rf .work; describing; drawing; run build.py ;;
    *) sed -n '2,7p' build.sh; exit 2 ;;
esac
