#!/bin/sh
# Gossamer on a machine with an NVIDIA GPU: ./run.sh --help. It needs nothing but this folder and CUDA 13's libraries: no
# other program, and no variable.
set -eu
# What a user's settings would change in the commands below.
unset CDPATH

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

# The folder of this script, also where it is called through links.
case $0 in
    */*) script=$0 ;;
    *) script=./$0 ;;
esac
while [ -L "$script" ]; do
    link=$(readlink "$script" 2>/dev/null) ||
        fail "$script is a link, and there is no readlink here to follow it; call run.sh in its own folder"
    case $link in
        /*) script=$link ;;
        *) script=${script%/*}/$link ;;
    esac
done
home=$(cd -P -- "${script%/*}/" && pwd) || fail "the folder of $0 cannot be entered"
java=$home/runtime/bin/java
case $home in *:*) fail "Java cannot run programs from a folder with \":\" in its path: $home; move it" ;; esac
[ -x "$java" ] || fail "there is no $java; this package is not complete"
case ${1:-} in test | package) fail "this folder has no sources to $1" ;; esac
commit=unknown
[ ! -r "$home/commit" ] || read -r commit <"$home/commit" || commit=unknown

# GPUs have the numbers that nvidia-smi shows; names of files are UTF-8, where the system knows that locale.
export CUDA_DEVICE_ORDER="${CUDA_DEVICE_ORDER:-PCI_BUS_ID}"
unset LC_ALL
export LC_CTYPE=C.UTF-8
columns=0
[ ! -t 2 ] || columns=${COLUMNS:-80}

# A "*" in an option does not mean files.
set -f
# Parameters and activations are in the GPU's memory; that outside of Java's heap is for copies of a few of them.
# shellcheck disable=SC2086
exec "$java" -XX:MaxRAMPercentage=50 -Xmn192m -XX:GCTimeRatio=4 \
    -Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
    -Djava.awt.headless=true -Dgossamer.home="$home" -Dgossamer.columns="$columns" -Dgossamer.commit="$commit" \
    ${GOSSAMER_JAVA_OPTIONS:-} -cp "$home/lib/*" dev.gossamer.cli.Main "$@"
