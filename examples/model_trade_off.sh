#!/bin/sh
# A trial with two numbers that pull in opposite directions, as they do when a model is made smaller:
# fewer errors need more weights, and more weights answer fewer requests a second. The formulae are made
# up; what matters is that both are reported.
#
#   model_trade_off.sh --width=128 --layers=4 --pruned=0.3 --precision=int8|float32
set -eu

width=64 layers=2 pruned=0 precision=float32
for argument in "$@"; do
  case "$argument" in
    --width=*) width=${argument#*=} ;;
    --layers=*) layers=${argument#*=} ;;
    --pruned=*) pruned=${argument#*=} ;;
    --precision=*) precision=${argument#*=} ;;
    *) echo "unknown argument $argument" >&2; exit 64 ;;  # 64: wrong configuration, never retried
  esac
done

awk -v width="$width" -v layers="$layers" -v pruned="$pruned" -v precision="$precision" 'BEGIN {
  weights = width * width * layers * (1 - pruned)
  error = 0.04 + 0.6 / (1 + weights / 2000) + 0.1 * pruned ^ 4 + 0.01 * (layers - 4) ^ 2 / 16
  cost = 1 + weights / 20000
  if (precision == "int8") { error += 0.01; cost = 1 + (cost - 1) / 3 }
  printf "{\"error\": %.9g, \"requests_per_s\": %.9g}\n", error, 1000 / cost
}' >> "$WINNOW_REPORT_FILE"
