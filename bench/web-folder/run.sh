#!/usr/bin/env bash
# From a folder of images with partly wrong labels to 64-bit codes, without and with a curriculum; see bench/README.md.
# run.sh CIFAR10 OUT [OBJECTIVE [SEED...]]: the folder of CIFAR-10 with CIFAR-10N's table, where everything goes, an objective in YAML, and the seeds. What is done already stays.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
data=${1:?name the folder of CIFAR-10, with train.jpgs.gz, test.jpgs.gz and cifar10n.csv} out=${2:?name a folder for what comes of it} objective=${3:-'[{loss: orthohash, margin: 0.3}]'}
seeds=("${@:4}")
[ ${#seeds[@]} -gt 0 ] || seeds=(0 1 2)
cd "$root"

# Sorts the images into folders by what people called them; the true labels are for the measuring alone.
dotnet bench/Semblance.Bench/bin/Release/net10.0/Semblance.Bench.dll web-folder "$data" "$out"
weights=../shared/weights/squeezenet1_1.safetensors
[ -e "$out/cleaning/subsets.tsv" ] || ./semblance curriculum "$out/web" --weights "$weights" --size 96 --method confident --out "$out/cleaning"

# codes NAME SEED [SETTING...]: trains, encodes what is searched and what asks, and measures with the true labels.
codes() {
  local run="$out/$1-$2"
  [ -e "$run/scores.json" ] || ./semblance train bench/web-folder/codes.yaml --out "$run" --set "data.path=$out/web" --set "model.features-folder=$out/features" --set "objective=$objective" --set "seed=$2" "${@:3}" >/dev/null
  for part in gallery queries; do
    [ -e "$run/$part.codes" ] || ./semblance encode "$run" "$out/$part" --out "$run/$part.codes" >/dev/null
  done
  echo "$1, seed $2"
  ./semblance evaluate --codes "$run/gallery.codes" --query-codes "$run/queries.codes" --set "evaluation.map-at=[all]" --set "evaluation.precision-at=[100]"
}

for seed in "${seeds[@]}"; do
  codes without "$seed"
  codes with "$seed" --set "curriculum={table: $out/cleaning/subsets.tsv, stages: [1, 2, 3], weights: [1, 0.5, 0.25]}"
done
