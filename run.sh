#!/usr/bin/env bash
# Builds Gossamer where its sources changed, and runs it:  ./run.sh --help
# In a folder that "./run.sh package" made, it only runs it.
set -euo pipefail

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

# The folder of this script, also where it is called through links.
find_home() {
    local script=$0 link
    while [ -L "$script" ]; do
        link=$(readlink "$script")
        case $link in
            /*) script=$link ;;
            *) script=$(dirname "$script")/$link ;;
        esac
    done
    cd -P "$(dirname "$script")" && pwd
}

# True in a folder with a Java runtime and all jars, which needs nothing to be built.
is_packaged() {
    [ -d "$home/runtime" ] && [ ! -f "$home/pom.xml" ]
}

install_hint="sudo apt install openjdk-17-jdk maven (Debian, Ubuntu), sudo dnf install java-17-openjdk-devel maven (Fedora), brew install openjdk@17 maven (macOS)"

# The major version that a "java -version" or "javac -version" prints first.
major_version() {
    "$@" 2>&1 | grep -v "^Picked up" | sed -n 's/^[^0-9]*\([0-9][0-9]*\).*/\1/p' | head -n 1
}

find_java() {
    if is_packaged; then
        java=$home/runtime/bin/java
        return
    fi
    local bin=${JAVA_HOME:+$JAVA_HOME/bin/}
    java=${bin}java
    javac=${bin}javac
    if ! command -v "$java" >/dev/null 2>&1; then
        [ -z "${JAVA_HOME:-}" ] || fail "there is no $java; set JAVA_HOME to a JDK 17 or newer, or unset it: $install_hint"
        fail "Java is missing; install a JDK 17 or newer: $install_hint"
    fi
    local version
    version=$(major_version "$java" -version)
    [ "${version:-0}" -ge 17 ] || fail "$java is Java ${version:-unknown}, Gossamer needs 17 or newer: $install_hint"
}

find_build_tools() {
    command -v "$javac" >/dev/null 2>&1 || fail "$java has no compiler beside it; install a JDK, not only a JRE: $install_hint"
    local version
    version=$(major_version "$javac" -version)
    [ "${version:-0}" -ge 17 ] || fail "$javac is of Java ${version:-unknown}, Gossamer needs 17 or newer: $install_hint"
    command -v mvn >/dev/null 2>&1 || fail "Maven is missing; install Maven 3.6 or newer: $install_hint"
    version=$(mvn --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
    local minor=${version#*.}
    [ "${version%%.*}" -gt 3 ] 2>/dev/null || { [ "${version%%.*}" -eq 3 ] && [ "$minor" -ge 6 ]; } 2>/dev/null ||
        fail "this is Maven ${version:-unknown}, Gossamer needs 3.6 or newer: $install_hint"
}

# True where an NVIDIA driver is loaded, or lists a GPU, as in WSL.
has_gpu() {
    local smi
    [ ! -r /proc/driver/nvidia/version ] || return 0
    smi=$(nvidia_smi)
    [ -n "$smi" ] && timeout -k 1 20 "$smi" -L 2>/dev/null | grep -q '^GPU '
}

nvidia_smi() {
    command -v nvidia-smi || ls /usr/local/nvidia/bin/nvidia-smi /usr/lib/wsl/lib/nvidia-smi 2>/dev/null | head -n 1 || true
}

# True where a GPU can run CUDA 13: driver 580 or newer, compute capability 7.5 or higher.
runs_cuda_13() {
    local smi
    smi=$(nvidia_smi)
    [ -n "$smi" ] && timeout -k 1 20 "$smi" --query-gpu=driver_version,compute_cap --format=csv,noheader 2>/dev/null |
        awk -F '[ ,]+' '$1 + 0 >= 580 && $2 + 0 >= 7.5 { found = 1 } END { exit !found }'
}

# True where this machine has the libraries of CUDA 13, as far as a look at the usual folders tells.
has_cuda_libraries() {
    local library folder linked found
    linked=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
    for library in libcudart.so.13 libcublas.so.13 libnvrtc.so.13 libcudnn.so.9; do
        found=no
        [[ $linked == *"$library "* ]] && continue
        while read -r folder; do
            [ ! -e "$folder/$library" ] || { found=yes; break; }
        done < <(cuda_folders)
        [ "$found" = yes ] || return 1
    done
}

cuda_folders() {
    echo "${LD_LIBRARY_PATH:-}" | tr ':' '\n' | grep . || true
    local site
    {
        python3 -c 'import site, sys; print("\n".join(sys.path + [site.getusersitepackages()]))' 2>/dev/null || true
        printf '%s\n' "${VIRTUAL_ENV:-/nonexistent}"/lib/python3*/site-packages /usr/local/lib/python3*/*-packages \
            /usr/lib/python3*/*-packages /opt/conda/lib/python3*/site-packages
    } | while read -r site; do
        [ -z "$site" ] || printf '%s\n' "$site"/nvidia/*/lib
    done
    printf '%s\n' /usr/local/cuda*/lib64 "${CUDA_HOME:-/nonexistent}/lib64" "${CUDA_PATH:-/nonexistent}/lib64" /usr/lib64
}

# The Maven profiles that fit this machine. Without an NVIDIA GPU nothing of CUDA is downloaded.
profiles() {
    if [ -n "${GOSSAMER_PROFILES+set}" ]; then
        echo "$GOSSAMER_PROFILES"
    elif ! has_gpu; then
        echo ""
    elif ! has_cuda_libraries && runs_cuda_13; then
        echo "cuda,cuda-redist"
    else
        echo "cuda"
    fi
}

# What a build is made from, as the stamp records it.
sources() {
    echo "profiles: $profiles"
    find pom.xml src/main -type f | LC_ALL=C sort
}

# True where the sources are those of the last complete build.
is_built() {
    [ -f "$stamp" ] && [ -d target/classes ] && [ -d target/lib ] &&
        [ "$(sources)" = "$(cat "$stamp")" ] &&
        [ -z "$(find pom.xml src/main -newer "$stamp" -print | head -n 1)" ]
}

# One build at a time, where the system can lock files; the lock ends with this script or before the program starts.
lock_build() {
    mkdir -p target
    if command -v flock >/dev/null 2>&1; then
        exec 9>target/.lock
        flock -n 9 || { echo "Waiting for another build of Gossamer ..." >&2; flock 9; }
    fi
}

unlock_build() {
    exec 9>&-
}

# Maven's own output goes to a file; the terminal sees one line. Its argument is the profiles.
build() {
    find_build_tools
    local note="" begin=$SECONDS log=target/build.log new_stamp=$stamp.new repository=${HOME:-/nonexistent}/.m2/repository
    [ -d "$repository/org/nd4j/nd4j-native" ] || note=" (the first time Maven downloads about 250 MB)"
    if [ ! -f "$stamp" ] || [ pom.xml -nt "$stamp" ] || [ "$(head -n 1 "$stamp")" != "profiles: $profiles" ]; then
        rm -rf target/lib
    fi
    case ,$1, in
        *,cuda-redist,*) [ -d "$repository/org/bytedeco/cuda-redist-cudnn" ] || note="$note; this machine lacks CUDA's libraries: Maven downloads them, 380 MB and about 1 GB of cuBLAS and cuDNN" ;;
        *,nd4j-cuda,*) [ -d "$repository/org/nd4j/nd4j-cuda-11.6" ] || note="$note; Maven downloads ND4J's CUDA backend, 0.6 GB, and the libraries of CUDA 11.6, 1.8 GB" ;;
    esac
    rm -f "$stamp"
    sources >"$new_stamp"
    mvn --batch-mode --no-transfer-progress ${1:+-P"$1"} process-classes >"$log" 2>&1 </dev/null 9>&- &
    local maven=$!
    trap 'kill "$maven" 2>/dev/null || true; wait "$maven" 2>/dev/null || true; exit 130' INT TERM
    if [ -t 2 ]; then
        while kill -0 "$maven" 2>/dev/null; do
            printf '\rBuilding Gossamer ... %d s%s' $((SECONDS - begin)) "$note" >&2
            sleep 1
        done
    else
        printf 'Building Gossamer ...%s\n' "$note" >&2
    fi
    local status=0
    wait "$maven" || status=$?
    trap - INT TERM
    if [ -t 2 ]; then
        printf '\rBuilding Gossamer ... %d s%s\n' $((SECONDS - begin)) "$note" >&2
    fi
    if [ "$status" -ne 0 ] && [ "$1" = cuda,cuda-redist ] && grep -q 'Could not .*cuda-redist' "$log"; then
        echo "CUDA's libraries cannot be downloaded here. With them, the GPU trains: python3 -m pip install nvidia-cuda-runtime nvidia-cublas nvidia-cuda-nvrtc nvidia-nvjitlink nvidia-cudnn-cu13" >&2
        build cuda
        return
    fi
    if [ "$status" -ne 0 ]; then
        grep '^\[ERROR\]' "$log" | grep -v -e '^\[ERROR\] *$' -e 'Help 1' -e '[Rr]e-run Maven' -e 'For more information' | awk '!seen[$0]++' | head -n 12 >&2 || true
        fail "the build failed; all of Maven's output is in $home/$log"
    fi
    mv "$new_stamp" "$stamp"
}

# Memory of this machine or container, in MiB.
memory() {
    local bytes="" limit=""
    if [ -r /proc/meminfo ]; then
        bytes=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) * 1024))
    else
        bytes=$(sysctl -n hw.memsize 2>/dev/null || echo 8589934592)
    fi
    if [ -r /sys/fs/cgroup/memory.max ]; then
        limit=$(cat /sys/fs/cgroup/memory.max)
        if [ "$limit" != max ] && [ "$limit" -lt "$bytes" ]; then
            bytes=$limit
        fi
    fi
    echo $((bytes / 1048576))
}

# Java's heap holds images and records: a quarter of the memory, 1 to 1.5 GiB. Parameters and activations are native memory:
# up to three quarters; heap and native memory together stay within 95 %. A small young generation, and a heap that does
# not grow to make collections rarer, keep garbage from taking the memory that replicas need.
memory_options() {
    local total heap
    total=$(memory)
    heap=$((total / 4))
    [ "$heap" -ge 1024 ] || heap=1024
    [ "$heap" -le 1536 ] || heap=1536
    echo "-Xmx${heap}m -Xmn192m -XX:GCTimeRatio=4 -XX:MaxDirectMemorySize=$((total * 3 / 4))m -Dorg.bytedeco.javacpp.maxbytes=$((total * 3 / 4))m -Dorg.bytedeco.javacpp.maxphysicalbytes=$((total * 95 / 100))m"
}

# The commit of the sources, and whether they differ from it.
commit() {
    if [ -f "$home/commit" ]; then
        cat "$home/commit" && return
    fi
    if [ "$(git -C "$home" rev-parse --show-toplevel 2>/dev/null)" = "$home" ]; then
        git -C "$home" describe --always --dirty --exclude '*' 2>/dev/null && return
    fi
    echo unknown
}

run_tests() {
    case ${1:-} in
        --help | -h)
            echo "Usage: ./run.sh test [maven options]"
            echo "Runs the tests; for example ./run.sh test -Dtest=MixingMatrixTest, or -Dexcluded.tags= for the slow ones too."
            exit 0
            ;;
    esac
    find_build_tools
    cd "$home"
    exec mvn --batch-mode --no-transfer-progress ${profiles:+-P"$profiles"} test "$@"
}

# A folder that runs where there is neither Java nor Maven, and where CUDA's libraries are: a runtime, jars, this script.
package() {
    case ${1:-} in
        --help | -h)
            echo "Usage: ./run.sh package [FOLDER]"
            echo "Makes FOLDER (target/package), which runs without Java and Maven on machines like this one: FOLDER/run.sh --help"
            exit 0
            ;;
        -*) usage "unknown option $1; ./run.sh package --help says what there is" ;;
    esac
    [ $# -le 1 ] || usage "unexpected \"$2\" after package FOLDER"
    local folder=${1:-$home/target/package} jlink jar
    case $folder in
        /*) ;;
        *) folder=$caller/$folder ;;
    esac
    [ ! -e "$folder" ] || [ -f "$folder/commit" ] || [ -z "$(ls -A "$folder")" ] || fail "$folder is there and is no package; give an empty folder or a new one"
    find_build_tools
    jlink=$(dirname "$javac")/jlink
    jar=$(dirname "$javac")/jar
    [ "$(dirname "$javac")" != . ] || { jlink=jlink; jar=jar; }
    command -v "$jlink" >/dev/null 2>&1 || fail "$javac has no jlink beside it; install a whole JDK: $install_hint"
    # What a package has of its own goes: an interrupted one is no whole one, and runs and data sets stay.
    mkdir -p "$folder" 2>/dev/null && rm -rf "$folder/lib" "$folder/runtime" "$folder/run.sh" && commit >"$folder/commit" &&
        mkdir "$folder/lib" || fail "$folder cannot be made or written to"
    echo "Collecting jars ..." >&2
    mvn --batch-mode --no-transfer-progress -Pcuda dependency:copy-dependencies -DincludeScope=runtime \
        -DoutputDirectory="$folder/lib" >target/package.log 2>&1 </dev/null ||
        fail "the jars could not be collected; all of Maven's output is in $home/target/package.log"
    "$jar" --create --file "$folder/lib/gossamer.jar" -C target/classes .
    echo "Making a Java runtime ..." >&2
    "$jlink" --add-modules java.se,jdk.unsupported,jdk.management,jdk.crypto.ec,jdk.zipfs --strip-debug --no-header-files \
        --no-man-pages --compress=2 --output "$folder/runtime" >&2 || fail "jlink failed; it needs the jmods of a whole JDK: $install_hint"
    cp -R experiments LICENSE run.sh "$folder" || fail "$folder cannot be written to"
    (cd "$folder" && du -sk lib/*.jar runtime) | sort -rn | awk '{ total += $1; if (NR <= 12) printf "%8.1f MiB  %s\n", $1 / 1024, $2 }
        END { printf "%8.1f MiB  in all, %d jars\n", total / 1024, NR - 1 }'
    echo "$folder"
}

usage() {
    printf 'error: %s\n' "$1" >&2
    exit 2
}

home=$(find_home)
stamp=target/built
find_java

# glibc otherwise returns every large native buffer to the kernel, and each use of a new one pays for its pages again.
export MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=67108864
# GPUs have the numbers that nvidia-smi shows.
export CUDA_DEVICE_ORDER=${CUDA_DEVICE_ORDER:-PCI_BUS_ID}

classpath="$home/target/classes:$home/target/lib/*"
if is_packaged; then
    case ${1:-} in test | package) fail "this folder has no sources to $1" ;; esac
    classpath="$home/lib/*"
else
    profiles=$(profiles)
    if [ "${1:-}" = test ]; then
        shift
        run_tests "$@"
    fi
    caller=$PWD
    cd "$home"
    if ! is_built; then
        lock_build
        is_built || build "$profiles"
        unlock_build
    fi
    if [ "${1:-}" = package ]; then
        shift
        package "$@"
        exit 0
    fi
    cd "$caller"
fi

columns=0
if [ -t 2 ]; then
    columns=$(stty size <&2 2>/dev/null | cut -d ' ' -f 2) || columns=80
    [ "${columns:-0}" -gt 0 ] || columns=80
fi
# shellcheck disable=SC2046,SC2086
exec "$java" $(memory_options) -Djava.awt.headless=true \
    -Dgossamer.home="$home" -Dgossamer.columns="$columns" -Dgossamer.commit="$(commit)" ${GOSSAMER_JAVA_OPTIONS:-} \
    -cp "$classpath" dev.gossamer.cli.Main "$@"
