#!/bin/sh
# Compiles the stand-ins in the folder where this is, with the kernels that lie there; the libraries get names and symbol
# versions as NVIDIA's have.
set -eu
cd "$(dirname "$0")"
chmod +x nvidia-smi

# Of a library's file, and what it is made of.
library() {
    file=$1
    shift
    echo "$file { global: *; };" | tr - _ >"version-$file"
    g++ -std=c++17 -shared -fPIC -fno-strict-aliasing -ffp-contract=off -Wl,-soname,"$file" \
        -Wl,--version-script="version-$file" -o "$file" "$@"
}

# The kernels must compute as a GPU does; products and convolutions by libraries may round otherwise.
library libcuda.so.1 -O2 cuda.cpp &
cuda=$!
fast="-std=c++17 -O3 -march=native -fPIC -c"
g++ $fast cublas.cpp &
blas=$!
g++ $fast cudnn.cpp
wait $blas
wait $cuda
library libcudart.so.13 -O1 cudart.cpp libcuda.so.1
library libnvrtc.so.13 -O1 nvrtc.cpp libcuda.so.1
library libcublas.so.13 cublas.o libcuda.so.1
echo >nothing.cpp
library libcublasLt.so.13 nothing.cpp
library libnvrtc-builtins.so.13.0 nothing.cpp
for part in _graph _ops _cnn _adv ""; do
    library "libcudnn$part.so.9" cudnn.o libcuda.so.1
done
for part in _engines_runtime_compiled _engines_precompiled _heuristic; do
    library "libcudnn$part.so.9" nothing.cpp
done
