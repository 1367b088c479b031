#!/usr/bin/env bash
# Inside the image build: restores, or publishes every service and the command line for Linux on x64 into /out.
#
#   publish.sh restore|publish cpu|cuda
#
# libtorch's libraries, the same in every output, go to /out/torch; those that only its tests and Python need go nowhere.
set -euo pipefail

command=$1 accelerator=$2
projects=(services/Rollout/Rollout services/Diffusion/Diffusion services/Similarity/Similarity services/Learner/Learner services/Studio/Studio cli/Cli)
options=(-r linux-x64 "-p:Accelerator=$accelerator")
export MSBUILDDISABLENODEREUSE=1
unneeded='libtorch_python|.*test|libbackend_with_compiler|libnnapi_backend|libaoti_custom_ops|libshm'

if [[ $command == restore ]]; then
  for project in "${projects[@]}"; do dotnet restore "$project.csproj" -v quiet "${options[@]}"; done
  exit
fi

mkdir -p /out/torch
for project in "${projects[@]}"; do
  name=$(basename "$project" | tr '[:upper:]' '[:lower:]')
  dotnet publish "$project.csproj" -c Release --no-self-contained -v quiet -p:DebugType=embedded -p:PublishDocumentationFiles=false \
    "${options[@]}" -o "/out/$name"
  find "/out/$name" -regextype posix-extended -regex ".*/($unneeded)\.so" -delete
  if [[ -e /out/$name/libtorch.so ]]; then
    find "/out/$name" -maxdepth 1 \( -name 'libtorch*' -o -name 'libc10*' -o -name 'libgomp*' -o -name 'libcu*' -o -name 'libnv*' -o -name 'libLibTorchSharp*' \) \
      -exec mv -t /out/torch {} +
  fi
done
du -sh /out/*
