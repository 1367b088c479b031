#!/usr/bin/env bash
# Inside the image build: restores, or publishes every service and the command line for Linux on x64 into /out.
#
#   publish.sh restore|publish cpu|cuda
#
# libtorch's libraries, the same in every output, go to /out/torch; those that only its tests and Python need go nowhere.
set -euo pipefail

command=$1 accelerator=$2
options=(-nologo -m -v:quiet -p:RuntimeIdentifier=linux-x64 "-p:Accelerator=$accelerator")
export MSBUILDDISABLENODEREUSE=1
unneeded='libtorch_python|.*test|libbackend_with_compiler|libnnapi_backend|libaoti_custom_ops|libshm'

if [[ $command == restore ]]; then exec dotnet msbuild infra/docker/publish.proj -t:Restore "${options[@]}"; fi

mkdir -p /out/torch
dotnet msbuild infra/docker/publish.proj -t:Publish -p:PublishTo=/out/ -p:Configuration=Release -p:SelfContained=false -p:DebugType=embedded \
  -p:PublishDocumentationFiles=false "${options[@]}"
for name in rollout diffusion similarity learner studio cli; do
  find "/out/$name" -regextype posix-extended -regex ".*/($unneeded)\.so" -delete
  if [[ -e /out/$name/libtorch.so ]]; then
    find "/out/$name" -maxdepth 1 \( -name 'libtorch*' -o -name 'libc10*' -o -name 'libgomp*' -o -name 'libcu*' -o -name 'libnv*' -o -name 'libLibTorchSharp*' \) \
      -exec mv -t /out/torch {} +
  fi
done
du -sh /out/*
