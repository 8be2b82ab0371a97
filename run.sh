#!/usr/bin/env bash
# Builds Gossamer where its sources changed, and runs it:  ./run.sh --help
# In a folder that "./run.sh package" made, it only runs it.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
# What a user's settings would change in the commands below.
set +o posix +o noclobber +o noglob
unset CDPATH GREP_OPTIONS POSIXLY_CORRECT GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

# Runs a tool to its end, and has what it printed, errors included, in $said. False where it fails.
said=""
hear() {
    local status=0
    said=$("$@" 2>&1 </dev/null) || status=$?
    [ "$status" -eq 0 ] || [ -n "$said" ] || said="exit code $status"
    return "$status"
}

# What the tool heard last complains of, as one line: the first two lines that say something.
reason() {
    printf '%s\n' "$said" | LC_ALL=C awk '{
            gsub(/\033\[[0-9;]*[A-Za-z]/, ""); gsub(/[\001-\037]/, " "); sub(/^# */, ""); sub(/[. ]+$/, "")
            if ($0 == "" || lines == 2) next
            if (/^(NOTE: )?Picked up |^Error: (Could not create the Java|A fatal exception)|^Error occurred during init/) { rest = rest $0 "; "; next }
            lines++; text = text $0 "; "
        }
        END { text = text == "" ? rest : text; print substr(text, 1, length(text) - 2) }'
}

# Those variables of the given names that are set, and a limit of memory, as a part of a sentence: they may be why a tool
# cannot start.
settings() {
    local name set=""
    for name; do
        [ -z "${!name:-}" ] || set="$set${set:+ and }$name=${!name}"
    done
    [ "$(ulimit -v)" = unlimited ] || set="$set${set:+ and }ulimit -v $(ulimit -v)"
    printf '%s' "${set:+ with $set}"
}

# What a link leads to in the end; another file is itself.
linked() {
    local file=$1 link
    case $file in -*) file=./$file ;; esac
    while [ -L "$file" ]; do
        link=$(readlink "$file")
        case $link in
            /*) file=$link ;;
            *) file=$(dirname "$file")/$link ;;
        esac
    done
    printf '%s\n' "$file"
}

# The folder of this script, also where it is called through links.
find_home() {
    local script
    script=$(linked "$0")
    case $script in
        */*) cd -P "${script%/*}/" ;;
        *) cd -P . ;;
    esac && pwd
}

# True in a folder with a Java runtime and all jars, which needs nothing to be built.
is_packaged() {
    [ -d "$home/runtime" ] && [ ! -f "$home/pom.xml" ]
}

install_hint="sudo apt install openjdk-17-jdk maven (Debian, Ubuntu), sudo dnf install java-17-openjdk-devel maven (Fedora), brew install openjdk@17 maven (macOS)"

# The major version in what "java -version" said: 17 of version "17.0.1", 8 of version "1.8.0_392", 21 of version "21-ea".
java_version() {
    printf '%s\n' "$said" | LC_ALL=C sed -n -e '/Picked up /d' -e 's/^.* version "\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' | sed -n 1p
}

# The same in what "javac -version" said.
javac_version() {
    printf '%s\n' "$said" | LC_ALL=C sed -n -e 's/^javac \(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' | sed -n 1p
}

# Version in what "mvn --version" said, without its colours; with -q among the user's Maven arguments it says that alone.
maven_version() {
    printf '%s\n' "$said" | LC_ALL=C sed -n -e "s/$(printf '\033')\[[0-9;]*m//g" \
        -e 's/^Apache Maven \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' -e 's/^\([0-9][0-9]*\.[0-9][0-9]*\)[.0-9]*$/\1/p' | sed -n 1p
}

java_settings="JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS GOSSAMER_JAVA_OPTIONS"

find_java() {
    local bin=""
    if is_packaged; then
        java=$home/runtime/bin/java
    else
        case ${JAVA_HOME:-/} in
            /*) ;;
            *) export JAVA_HOME=$PWD/$JAVA_HOME ;;
        esac
        bin=${JAVA_HOME:+$JAVA_HOME/bin/}
        java=${bin}java
        javac=${bin}javac
    fi
    if ! command -v "$java" >/dev/null 2>&1; then
        [ ! -e "$java" ] || fail "$java is not a program that can be executed"
        ! is_packaged || fail "there is no $java; this package is not complete"
        [ -z "${JAVA_HOME:-}" ] || fail "there is no $java; set JAVA_HOME to a JDK 17 or newer, or unset it: $install_hint"
        fail "Java is missing; install a JDK 17 or newer: $install_hint"
    fi
}

# What Java was asked with, where it was.
java_started=""

# The folder of this script and the Java that an archive of classes is for.
archive_java=""

# Java is asked with the options that the program will have, so that what keeps it from starting is said here. That takes
# as long as many a command, so one that has started like this is not asked again. One without a file "release" beside it
# may be a shim, as asdf, jenv and macOS have it, which starts another one whenever it is told to: it is asked every time.
check_java() {
    local file folder release="" note=$home/target/java as=""
    file=$(linked "$(type -P "$java")")
    folder=$(cd -P "${file%/*}/.." && pwd)
    [ ! -r "$folder/release" ] || release=$(<"$folder/release")
    if [[ $release == *JAVA_VERSION=* ]]; then
        archive_java="$home $folder $release"
        as="$folder $release ${java_options[*]}$(settings $java_settings)"
        if [ "$note" -nt "$file" ] && [ -r "$note" ] && [ "$(<"$note")" = "$as" ]; then
            return
        fi
    fi
    ask_java
    java_started=$as
    archive_java=${archive_java:-$home $folder $(printf '%s\n' "$said" | LC_ALL=C sed -n '/ version "/p')}
}

# Where there is a folder for it, which the first build makes.
remember_java() {
    [ -z "$java_started" ] || { printf '%s\n' "$java_started" >"$home/target/java"; } 2>/dev/null || true
}

ask_java() {
    if hear "$java" "${java_options[@]}" -XX:ErrorFile=/dev/null -version; then
        check_java_version
        return
    fi
    local said_with_options=$said
    # An older Java is said to be one, rather than not to know an option.
    ! hear "$java" -version || check_java_version
    said=$said_with_options
    # shellcheck disable=SC2086
    fail "$java does not start$(settings $java_settings): $(reason)"
}

check_java_version() {
    ! is_packaged || return 0
    local version
    version=$(java_version)
    [ "${version:-0}" -ge 17 ] || fail "$java is Java ${version:-unknown}, Gossamer needs 17 or newer: $install_hint"
}

find_build_tools() {
    command -v "$javac" >/dev/null 2>&1 || fail "$java has no compiler beside it; install a JDK, not only a JRE: $install_hint"
    local version
    hear "$javac" -version || fail "$javac does not start$(settings JDK_JAVAC_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS): $(reason)"
    version=$(javac_version)
    [ "${version:-0}" -ge 17 ] || fail "$javac is of Java ${version:-unknown}, Gossamer needs 17 or newer: $install_hint"
    command -v mvn >/dev/null 2>&1 || fail "Maven is missing; install Maven 3.6 or newer: $install_hint"
    hear mvn --version || fail "Maven does not start$(settings MAVEN_OPTS MAVEN_ARGS JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS): $(reason)"
    version=$(maven_version)
    local minor=${version#*.}
    [ "${version%%.*}" -gt 3 ] 2>/dev/null || { [ "${version%%.*}" -eq 3 ] && [ "$minor" -ge 6 ]; } 2>/dev/null ||
        fail "this is Maven ${version:-unknown}, Gossamer needs 3.6 or newer: $install_hint"
}

# True where an NVIDIA driver is loaded, or lists a GPU, as in WSL.
has_gpu() {
    local smi
    [ ! -r /proc/driver/nvidia/version ] || return 0
    smi=$(nvidia_smi)
    [ -n "$smi" ] && hear timeout -k 1 20 "$smi" -L && [[ $said =~ (^|$'\n')"GPU " ]]
}

nvidia_smi() {
    local name
    for name in "$(type -P nvidia-smi)" /usr/local/nvidia/bin/nvidia-smi /usr/lib/wsl/lib/nvidia-smi; do
        [ ! -e "$name" ] || { printf '%s\n' "$name"; return; }
    done
}

# True where a GPU can run CUDA 13: driver 580 or newer, compute capability 7.5 or higher.
runs_cuda_13() {
    local smi
    smi=$(nvidia_smi)
    [ -n "$smi" ] && hear timeout -k 1 20 "$smi" --query-gpu=driver_version,compute_cap --format=csv,noheader &&
        printf '%s\n' "$said" | awk -F '[ ,]+' '$1 + 0 >= 580 && $2 + 0 >= 7.5 { found = 1 } END { exit !found }'
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
    [ -r "$stamp" ] && [ -d target/classes ] && [ -d target/lib ] &&
        [ "$(sources)" = "$(<"$stamp")" ] &&
        [ -z "$(find pom.xml src/main -newer "$stamp" -print)" ]
}

# One build at a time, where the system can lock files; the lock ends with this script or before the program starts.
lock_build() {
    { mkdir -p target && : >>target/.lock; } 2>/dev/null || fail "$home/target cannot be made or written to, and the program has to be built there"
    if command -v flock >/dev/null 2>&1; then
        exec 9>>target/.lock
        flock -n 9 2>/dev/null || [ $? -ne 1 ] || { echo "Waiting for another build of Gossamer ..." >&2; flock 9; }
    fi
}

unlock_build() {
    exec 9>&-
}

# Takes the jars of an earlier build away, so that those which are no longer needed do not stay in the class path, and its
# classes, of which another profile may have fewer.
clear_libraries() {
    rm -rf target/classes || fail "the classes of an earlier build cannot be removed from $home/target/classes"
    [ ! -d target/lib ] || find target/lib -maxdepth 1 -type f -name '*.jar' -exec rm -f {} + ||
        fail "the jars of an earlier build cannot be removed from $home/target/lib"
}

# Maven's own output goes to a file; the terminal sees one line. Its argument is the profiles.
build() {
    find_build_tools
    local note="" begin=$SECONDS log=target/build.log new_stamp=$stamp.new repository=${HOME:-/nonexistent}/.m2/repository
    [ -d "$repository/org/nd4j/nd4j-native" ] || note=" (the first time Maven downloads about 250 MB)"
    if [ ! -f "$stamp" ] || [ pom.xml -nt "$stamp" ] || [ "$(head -n 1 "$stamp")" != "profiles: $profiles" ]; then
        clear_libraries
    fi
    case ,$1, in
        *,cuda-redist,*) [ -d "$repository/org/bytedeco/cuda-redist-cudnn" ] || note="$note; this machine lacks CUDA's libraries: Maven downloads them, 380 MB and about 1 GB of cuBLAS and cuDNN" ;;
        *,nd4j-cuda,*) [ -d "$repository/org/nd4j/nd4j-cuda-11.6" ] || note="$note; Maven downloads ND4J's CUDA backend, 0.6 GB, and the libraries of CUDA 11.6, 1.8 GB" ;;
    esac
    rm -f "$stamp"
    remove_archives
    sources >"$new_stamp" || fail "not all sources in $home can be read, or the disk is full"
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

# Classes as Java has them in memory, with which commands start faster (JEP 350): a folder of its own for each build, with a
# jar of the build's classes, what they are for and, when it is complete, the archive. Java takes it for the jar at that
# place alone, and from the runtime that made it.
archives=target/archive

# Renamed first, so that nothing more gets into a folder that is being removed.
remove_archive() {
    mv "$1" "$home/$archives-old.$$" 2>/dev/null || [ ! -d "$1" ] || return 1
    rm -rf "$home/$archives-old".* || true
}

remove_archives() {
    local folder
    for folder in "$home/$archives".*/; do
        remove_archive "${folder%/}" || fail "the classes of an earlier build cannot be removed from $folder"
    done
}

# The archive of this build, or the first step to one. Java is silent about one that does not fit itself or its options.
use_archive() {
    local folder
    # Where a user's options do not leave it to this script.
    case " ${java_options[*]}" in *" -Xshare:"* | *" -XX:SharedArchiveFile="* | *" -XX:ArchiveClassesAtExit="*) return 0 ;; esac
    # It starts children by its own class path, also after a build that takes the archive away.
    [ "${1:-}" != gpu ] || return 0
    for folder in "$home/$archives".*/; do
        folder=${folder%/}
        if [ -s "$folder/classes.jsa" ] && is_of_this_java "$folder"; then
            archive=$folder/classes.jsa
            classpath=$(archive_classpath "$folder")
            return
        fi
    done
    case ${1:-} in
        # They measure the machine.
        bench | list | show) ;;
        *) start_archive ;;
    esac
}

archive_classpath() {
    if is_packaged; then echo "$home/lib/*"; else echo "$1/gossamer.jar:$home/target/lib/*"; fi
}

is_of_this_java() {
    [ -r "$1/java" ] && [ "$(<"$1/java")" = "$archive_java" ]
}

# A maker has five minutes. Of one on another machine, or in another container, that is all that can be known here, and a
# process may have the number of one that is dead.
is_being_made() {
    local host pid
    [ ! -e "$1/classes.jsa" ] && [ ! -e "$1/failed" ] && [ -n "$(find "$1" -prune -mmin -6)" ] || return 1
    { read -r host pid <"$1/maker"; } 2>/dev/null || return 0
    [ "$host" != "${HOSTNAME:-}" ] || kill -0 "$pid" 2>/dev/null || [ -d "/proc/$pid" ]
}

# Beside what the user does, who waits for nothing of it; without a whole JDK, or much memory, there is none.
start_archive() {
    local folder folders
    is_packaged || { jar=${javac%javac}jar && command -v "$jar" >/dev/null 2>&1; } || return 0
    for folder in "$home/$archives".*/; do
        folder=${folder%/}
        [ -d "$folder" ] || continue
        ! is_being_made "$folder" || return 0
        # Also one that was completed since it was looked for.
        { [ ! -s "$folder/classes.jsa" ] && [ ! -e "$folder/failed" ]; } || ! is_of_this_java "$folder" || return 0
        remove_archive "$folder" || return 0
    done
    [ "$(memory "")" -ge 4096 ] || return 0
    folder=$(mktemp -d "$home/$archives.XXXXXX" 2>/dev/null) || return 0
    # With the rights that a new folder has here, not those of mktemp.
    chmod =rwx "$folder"
    # Of two commands that got here together, the second one sees both folders.
    folders=("$home/$archives".*/)
    if [ "${#folders[@]}" -gt 1 ] || ! { printf '%s\n' "$archive_java" >"$folder/java"; } 2>/dev/null; then
        rm -rf "$folder" || true
        return
    fi
    # Without files of the caller: a lock or a pipe, which would be held open.
    (
        make_archive "$folder" </dev/null >"$folder/log" 2>&1 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- &
        { echo "${HOSTNAME:-} $!" >"$folder/maker"; } 2>/dev/null || true
    )
}

# Ends early where the folder is gone, by another build or with the whole project, and after five minutes. What fails is not
# tried again; what was killed, for memory or with the machine, is.
make_archive() {
    folder=$1
    making=""
    trap 'status=$?; stop_making; rm -rf "$folder/gossamer.jar" "$folder/unfinished" "$folder/results" || true
        [ "$status" -eq 137 ] || { : >"$folder/failed"; } 2>/dev/null || true' EXIT
    trap 'trap - EXIT; stop_making; rm -rf "$folder" || true; exit 143' TERM HUP
    # Where memory gets short, this is what can be missed.
    { echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null || true
    unset $java_settings
    is_packaged || nice -n 19 "$jar" --create --file "$folder/gossamer.jar" -C "$home/target/classes" .
    # shellcheck disable=SC2086
    nice -n 19 "$java" $memory_options -Djava.awt.headless=true -Dgossamer.home="$home" \
        -XX:ArchiveClassesAtExit="$folder/unfinished" -cp "$(archive_classpath "$folder")" \
        dev.gossamer.cli.Rehearsal "$folder/results" &
    making=$!
    local begin=$SECONDS
    while kill -0 "$making" 2>/dev/null; do
        [ -d "$folder" ] && [ $((SECONDS - begin)) -lt 300 ] || kill "$making" 2>/dev/null || true
        sleep 0.5
    done
    wait "$making"
    rm -rf "$folder/results"
    mv "$folder/unfinished" "$folder/classes.jsa"
    trap - EXIT
}

# To its end, so that it writes nothing more.
stop_making() {
    [ -z "$making" ] || { kill -KILL "$making"; wait "$making"; } 2>/dev/null || true
}

# The folders of the control groups that this process is in, up to the outermost one that can be seen: those of cgroup v2
# and those of v1's memory controller. A mount shows the group in field 4 of mountinfo at the folder in field 5. The
# argument is where /proc and /sys are.
memory_groups() {
    LC_ALL=C awk -v root="$1" '
        function upwards(mount, shown, group) {
            if (shown != "/" && index(group "/", shown "/") == 1) group = substr(group, length(shown) + 1)
            if (group ~ /(^|\/)\.\.(\/|$)/) group = ""
            sub(/\/$/, "", group)
            for (; group != ""; sub(/\/[^\/]*$/, "", group)) print root mount group
            print root mount
        }
        FILENAME ~ /mountinfo$/ {
            for (i = 7; i < NF && $i != "-"; i++);
            if ($(i + 1) == "cgroup2" && !(2 in at)) { at[2] = $5; shown[2] = $4 }
            if ($(i + 1) == "cgroup" && $(i + 3) ~ /(^|,)memory(,|$)/ && !(1 in at)) { at[1] = $5; shown[1] = $4 }
            next
        }
        {
            version = /^0::/ ? 2 : /^[0-9]+:([^:]*,)?memory(,[^:]*)?:/ ? 1 : 0
            sub(/^[0-9]+:[^:]*:/, "")
            if (version in at) upwards(at[version], shown[version], $0)
        }' "$1/proc/self/mountinfo" "$1/proc/self/cgroup" 2>/dev/null || true
}

# Memory of this machine, and less where a container, a batch system or "ulimit -v" allows less, in MiB. The argument is
# where /proc and /sys are; nothing, outside of tests.
memory() {
    local bytes="" limit folder file name value rest
    if [ -r "$1/proc/meminfo" ]; then
        bytes=8388608
        while read -r name value rest; do
            [ "$name" != MemTotal: ] || { bytes=$value; break; }
        done <"$1/proc/meminfo"
        bytes=$((bytes * 1024))
    else
        bytes=$(sysctl -n hw.memsize 2>/dev/null || echo 8589934592)
    fi
    while read -r limit; do
        [[ $limit =~ ^[0-9]{1,18}$ ]] && [ "$limit" -lt "$bytes" ] && bytes=$limit
    done < <(
        memory_groups "$1" | while IFS= read -r folder; do
            for file in "$folder/memory.max" "$folder/memory.limit_in_bytes"; do
                [ ! -r "$file" ] || { read -r limit || true; echo "$limit"; } <"$file"
            done
            [ ! -r "$folder/memory.stat" ] || while read -r name value rest; do
                [ "$name" != hierarchical_memory_limit ] || echo "$value"
            done <"$folder/memory.stat"
        done
        limit=$(ulimit -v)
        [ "$limit" = unlimited ] || echo $((limit * 1024))
    )
    echo $((bytes / 1048576))
}

# Java's heap holds images and records: a quarter of the memory, 1 to 1.5 GiB. Parameters and activations are native memory:
# up to three quarters; heap and native memory together stay within 95 %. A small young generation, and a heap that does
# not grow to make collections rarer, keep garbage from taking the memory that replicas need.
memory_options() {
    local total heap
    total=$(memory "")
    heap=$((total / 4))
    [ "$heap" -ge 1024 ] || heap=1024
    [ "$heap" -le 1536 ] || heap=1536
    echo "-Xmx${heap}m -Xmn192m -XX:GCTimeRatio=4 -XX:MaxDirectMemorySize=$((total * 3 / 4))m -Dorg.bytedeco.javacpp.maxbytes=$((total * 3 / 4))m -Dorg.bytedeco.javacpp.maxphysicalbytes=$((total * 95 / 100))m"
}

# The commit of the sources and whether they differ from it, or why it is not known.
commit() {
    if [ -f "$home/commit" ]; then
        cat "$home/commit" && return
    fi
    if [ ! -e "$home/.git" ]; then
        echo unknown
        return
    fi
    local describe=(git -C "$home" describe --always --dirty --exclude '*')
    # What it warns of is no part of it.
    "${describe[@]}" 2>/dev/null </dev/null || { hear "${describe[@]}" || true; echo "unknown ($(reason))"; }
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
            echo "FOLDER must be new or empty."
            echo "       ./run.sh package --slim [FILE]"
            echo "Makes FILE (target/gossamer-slim.tar.xz), of about 30 MB, for Linux x86-64 with an NVIDIA GPU and the libraries of"
            echo "CUDA 13. It trains on GPUs only (and by --engine reference). FILE must be new."
            exit 0
            ;;
        --slim)
            shift
            slim_package "$@"
            return
            ;;
        -*) usage "unknown option $1; ./run.sh package --help says what there is" ;;
    esac
    [ $# -le 1 ] || usage "unexpected \"$2\" after package FOLDER"
    local folder=${1:-$home/target/package} name
    case $folder in
        /*) ;;
        *) folder=$caller/$folder ;;
    esac
    [ ! -e "$folder" ] && [ ! -L "$folder" ] || { [ -d "$folder" ] && [ -z "$(ls -A "$folder")" ]; } ||
        fail "$folder is there and is no empty folder; give a new folder, or remove it"
    find_build_tools
    find_jdk_tools
    # Made in a folder of its own, which nobody takes for a package, however far this gets.
    made=""
    trap '[ -z "$made" ] || rm -rf "$made"' EXIT
    trap 'exit 130' INT TERM
    mkdir -p "$folder" 2>/dev/null && made=$(mktemp -d "$folder/.package.XXXXXX" 2>/dev/null) || fail "$folder cannot be made or written to"
    make_package "$made"
    for name in lib runtime experiments commit LICENSE run.sh; do
        [ ! -e "$folder/$name" ] && mv "$made/$name" "$folder/$name" || fail "$folder/$name cannot be made; give a new folder"
    done
    (cd "$folder" && du -sk lib/*.jar runtime) | sort -rn | awk '{ total += $1; if (NR <= 12) printf "%8.1f MiB  %s\n", $1 / 1024, $2 }
        END { printf "%8.1f MiB  in all, %d jars\n", total / 1024, NR - 1 }'
    echo "$folder"
}

make_package() {
    mkdir "$1/lib" && commit >"$1/commit" || fail "$1 cannot be written to"
    echo "Collecting jars ..." >&2
    mvn --batch-mode --no-transfer-progress -Pcuda dependency:copy-dependencies -DincludeScope=runtime \
        -DoutputDirectory="$1/lib" >target/package.log 2>&1 </dev/null ||
        fail "the jars could not be collected; all of Maven's output is in $home/target/package.log"
    hear "$jar" --create --file "$1/lib/gossamer.jar" -C target/classes . || fail "$jar failed: $(reason)"
    echo "Making a Java runtime ..." >&2
    hear "$jlink" --add-modules java.se,jdk.unsupported,jdk.management,jdk.crypto.ec,jdk.zipfs --strip-debug --no-header-files \
        --no-man-pages --compress=2 --generate-cds-archive --output "$1/runtime" ||
        fail "$jlink failed, which needs the jmods of a whole JDK ($install_hint): $(reason)"
    cp -R experiments LICENSE run.sh "$1" || fail "$1 cannot be written to"
}

# One file for machines with an NVIDIA GPU. What unfinished ones leave is in a hidden folder and in no package's form.
slim_package() {
    case ${1:-} in
        "") [ $# -eq 0 ] || usage "package --slim needs a name for its file, got an empty one" ;;
        -*) usage "unknown option $1 after package --slim; ./run.sh package --help says what there is" ;;
    esac
    [ $# -le 1 ] || usage "unexpected \"$2\" after package --slim FILE"
    [ "$(uname -sm)" = "Linux x86_64" ] || fail "a slim package is for Linux x86-64 and has to be made on it, this is $(uname -sm)"
    local file=${1:-$home/target/gossamer-slim.tar.xz} tool
    case $file in
        /*) ;;
        *) file=$caller/$file ;;
    esac
    case $file in
        */) fail "package --slim makes a file, got the name of a folder: $file" ;;
    esac
    [ ! -e "$file" ] && [ ! -L "$file" ] || fail "$file is there; give a new name, or remove it"
    find_build_tools
    find_jdk_tools
    for tool in tar xz; do
        command -v "$tool" >/dev/null 2>&1 || fail "$tool is missing, which makes the file"
    done
    made=""
    part=""
    trap '[ -z "$made" ] || rm -rf "$made"; [ -z "$part" ] || rm -f "$part"' EXIT
    trap 'exit 130' INT TERM
    mkdir -p "$(dirname "$file")" 2>/dev/null && part=$(mktemp "$(dirname "$file")/.unfinished.XXXXXX" 2>/dev/null) ||
        fail "$file cannot be made or written to"
    made=$(mktemp -d target/.package.XXXXXX) || fail "$home/target cannot be written to"
    make_slim_package "$made/gossamer"
    echo "Compressing ..." >&2
    tar -C "$made" --owner=0 --group=0 --numeric-owner -cf - gossamer | xz -6 -T1 >"$part" || fail "$file cannot be written"
    # With the rights that a new file has here, not those of mktemp.
    chmod =rw "$part"
    # Silent where there is such a file by now, which it does not replace.
    mv -nT "$part" "$file" 2>/dev/null && [ ! -e "$part" ] || fail "$file was made meanwhile; give a new name"
    part=""
    (cd "$made/gossamer" && du -sk runtime lib tests golden experiments) | awk '{ total += $1; printf "%8.1f MiB  %s\n", $1 / 1024, $2 }
        END { printf "%8.1f MiB  in all, unpacked\n", total / 1024 }'
    LC_ALL=C wc -c <"$file" | awk '{ printf "%8.1f MiB  the file (%d bytes)\n", $1 / 1048576, $1 }'
    echo "$file"
}

make_slim_package() {
    local log=$home/target/package.log
    mkdir -p "$1/lib" "$1/tests" && commit >"$1/commit" || fail "$1 cannot be written to"
    echo "Collecting jars and compiling tests ..." >&2
    {
        mvn --batch-mode --no-transfer-progress ${profiles:+-P"$profiles"} test-compile &&
            mvn --batch-mode --no-transfer-progress -Pcuda,slim dependency:copy-dependencies@slim-jars \
                dependency:copy@slim-launcher -DoutputDirectory="$PWD/$1/lib"
    } >"$log" 2>&1 </dev/null || fail "the jars could not be collected; all of Maven's output is in $log"
    mv "$1"/lib/junit-platform-console-standalone-*.jar "$1/tests" 2>/dev/null || fail "JUnit's launcher was not collected; see $log"
    hear "$jar" --create --file "$1/lib/gossamer.jar" -C target/classes . || fail "$jar failed: $(reason)"
    hear "$jar" --create --file "$1/tests/gossamer-tests.jar" -C target/test-classes . || fail "$jar failed: $(reason)"
    echo "Training for the golden files ..." >&2
    hear "$java" "${java_options[@]}" -Dgossamer.commit="$(commit)" -cp "target/classes:target/lib/*" \
        dev.gossamer.cli.command.SlimPackage "$1/golden" "$1/lib" "$1/tests" || fail "the golden files could not be made: $(reason)"
    echo "Making a Java runtime ..." >&2
    hear "$jlink" --add-modules java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,jdk.unsupported,jdk.management,jdk.crypto.ec,jdk.zipfs \
        --strip-debug --no-header-files --no-man-pages --output "$1/runtime" ||
        fail "$jlink failed, which needs the jmods of a whole JDK ($install_hint): $(reason)"
    cp -R experiments LICENSE src/main/package/run.sh "$1" || fail "$1 cannot be written to"
}

# The tools beside the compiler that a package is made with.
find_jdk_tools() {
    jlink=$(dirname "$javac")/jlink
    jar=$(dirname "$javac")/jar
    [ "$(dirname "$javac")" != . ] || { jlink=jlink; jar=jar; }
    for tool in "$jlink" "$jar"; do
        command -v "$tool" >/dev/null 2>&1 || fail "$javac has no ${tool##*/} beside it; install a whole JDK: $install_hint"
    done
}

usage() {
    printf 'error: %s\n' "$1" >&2
    exit 2
}

# True where a text has bytes outside of ASCII.
is_beyond_ascii() {
    [ -n "$(printf '%s' "$1" | LC_ALL=C tr -d '\001-\177')" ]
}

# A UTF-8 locale of this machine; C.UTF-8 where that cannot be asked for.
utf8_locale() {
    command -v locale >/dev/null 2>&1 || { echo C.UTF-8; return; }
    locale -a 2>/dev/null | LC_ALL=C awk '
        tolower($0) ~ /\.utf-?8$/ { rank = /^C\./ ? 1 : /^en_US/ ? 2 : 3; if (!best || rank < best) { best = rank; name = $0 } }
        END { print name }'
}

# Java takes names of files for ASCII in the locale C, as containers and cron have it, and wherever a part of the given locale
# is not installed: it then gets the characters of a UTF-8 locale, and else that of C, as it would have had.
choose_locale() {
    local charmap name given=${LC_ALL:-${LC_CTYPE:-${LANG:-POSIX}}}
    if command -v locale >/dev/null 2>&1; then
        charmap=$(locale charmap 2>&1) || charmap=${charmap:-$given}
    else
        charmap=$given
    fi
    case $charmap in
        *"Cannot set"* | ANSI_X3.4-1968 | US-ASCII | ASCII | 646 | POSIX | C) ;;
        *) return 0 ;;
    esac
    name=$(utf8_locale)
    if [ -n "$name" ]; then
        unset LC_ALL LC_COLLATE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME
        export LANG=C LC_CTYPE=$name
        return
    fi
    for name in "$home" "$PWD" "$@"; do
        ! is_beyond_ascii "$name" || fail "\"$name\" is not ASCII, which Java cannot use in the locale $given, and this machine has no UTF-8 one: install it (sudo apt install locales; sudo locale-gen en_US.UTF-8), or use ASCII names"
    done
}

main() {
    home=$(find_home) || fail "the folder of $0 cannot be entered"
    case $home in *:*) fail "Java cannot run programs from a folder with \":\" in its path: $home; move it" ;; esac
    # Git takes its time, beside what else is done before the start.
    exec 8< <(commit)
    choose_locale "$@"
    memory_options=$(memory_options)
    # A "*" in an option does not mean files.
    set -f
    # shellcheck disable=SC2206
    java_options=($memory_options ${GOSSAMER_JAVA_OPTIONS:-})
    set +f
    find_java
    check_java

    # glibc otherwise returns every large native buffer to the kernel, and each use of a new one pays for its pages again.
    export MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=67108864
    # Threads of an operation that is done would otherwise spin for milliseconds on cores that the update needs.
    [ -n "${OMP_WAIT_POLICY:-}" ] || export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-20000}
    # GPUs have the numbers that nvidia-smi shows.
    export CUDA_DEVICE_ORDER=${CUDA_DEVICE_ORDER:-PCI_BUS_ID}

    classpath="$home/target/classes:$home/target/lib/*" archive=""
    if is_packaged; then
        case ${1:-} in test | package) fail "this folder has no sources to $1" ;; esac
        classpath="$home/lib/*" archives=archive
    else
        prepare "$@"
        remember_java
    fi
    use_archive "$@"
    columns=0
    if [ -t 2 ]; then
        columns=$(stty size <&2 2>/dev/null | cut -d ' ' -f 2) || columns=80
        [ "${columns:-0}" -gt 0 ] || columns=80
    fi
    local commit
    read -r commit <&8 || true
    exec 8<&-
    exec "$java" -Djava.awt.headless=true -Dgossamer.home="$home" -Dgossamer.columns="$columns" \
        -Dgossamer.commit="${commit:-unknown}" "${java_options[@]}" ${archive:+"-XX:SharedArchiveFile=$archive" "-Xlog:cds*=off"} \
        -cp "$classpath" dev.gossamer.cli.Main "$@"
}

# Tests, a build where one is due, a package: what needs the sources.
prepare() {
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
    cd "$caller" 2>/dev/null || fail "the current folder $caller cannot be entered; is it still there?"
}

stamp=target/built
[ "${BASH_SOURCE[0]}" != "$0" ] || main "$@"
