#!/usr/bin/env bash
# Builds Gossamer where its sources changed, and runs it:  ./run.sh --help
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

install_hint="sudo apt install openjdk-17-jdk maven (Debian, Ubuntu), sudo dnf install java-17-openjdk-devel maven (Fedora), brew install openjdk@17 maven (macOS)"

# The major version that a "java -version" or "javac -version" prints first.
major_version() {
    "$@" 2>&1 | grep -v "^Picked up" | sed -n 's/^[^0-9]*\([0-9][0-9]*\).*/\1/p' | head -n 1
}

find_java() {
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

sources() {
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

# Maven's own output goes to a file; the terminal sees one line.
build() {
    find_build_tools
    local note="" begin=$SECONDS log=target/build.log new_stamp=$stamp.new
    [ -d "${HOME:-/nonexistent}/.m2/repository/org/nd4j/nd4j-native" ] || note=" (the first time Maven downloads about 250 MB)"
    if [ ! -f "$stamp" ] || [ pom.xml -nt "$stamp" ]; then
        rm -rf target/lib
    fi
    rm -f "$stamp"
    sources >"$new_stamp"
    mvn --batch-mode --no-transfer-progress process-classes >"$log" 2>&1 </dev/null 9>&- &
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
    exec mvn --batch-mode --no-transfer-progress test "$@"
}

home=$(find_home)
stamp=target/built
find_java

# glibc otherwise returns every large native buffer to the kernel, and each use of a new one pays for its pages again.
export MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=67108864

if [ "${1:-}" = test ]; then
    shift
    run_tests "$@"
fi

caller=$PWD
cd "$home"
if ! is_built; then
    lock_build
    is_built || build
    unlock_build
fi
cd "$caller"

columns=0
if [ -t 2 ]; then
    columns=$(stty size <&2 2>/dev/null | cut -d ' ' -f 2) || columns=80
    [ "${columns:-0}" -gt 0 ] || columns=80
fi
# shellcheck disable=SC2046,SC2086
exec "$java" $(memory_options) -Djava.awt.headless=true \
    -Dgossamer.home="$home" -Dgossamer.columns="$columns" -Dgossamer.commit="$(commit)" ${GOSSAMER_JAVA_OPTIONS:-} \
    -cp "$home/target/classes:$home/target/lib/*" dev.gossamer.cli.Main "$@"
