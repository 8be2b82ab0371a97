package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code run.sh} finds out of a machine: its locales, the memory that control groups leave. */
@DisabledOnOs(OS.WINDOWS)
class RunScriptMachineTest extends RunScript {

    /** A machine with these locales; the first is the given one's character map. */
    private void locales(String charmap, String... names) throws IOException {
        script("locale", "if [ \"$1\" = charmap ]; then echo '" + charmap + "'; else printf '%s\\n' C POSIX "
                + String.join(" ", names) + "; fi");
    }

    @ParameterizedTest
    @CsvSource({
        "ANSI_X3.4-1968, de_DE.utf8 en_US.utf8 C.utf8, C.utf8", "ANSI_X3.4-1968, de_DE.utf8 en_US.utf8, en_US.utf8",
        "ANSI_X3.4-1968, de_DE.utf8, de_DE.utf8", "UTF-8, C.utf8, given", "ISO-8859-1, C.utf8, given",
        "locale: Cannot set LC_ALL to default locale: No such file or directory, C.utf8, C.utf8"})
    void whereTheLocaleIsNoneJavaGetsAUtf8One(String charmap, String names, String expected) throws Exception {
        maven("nothing");
        locales(charmap, names.split(" "));
        script("java", "echo \"openjdk version \\\"17.0.1\\\" $LC_ALL $LC_CTYPE $LC_NUMERIC\" >&2");
        List<String> lines = errors(0, Map.of("LC_ALL", "given", "LC_NUMERIC", "given"), "show", "ü.yaml");
        String last = lines.get(lines.size() - 1);
        assertEquals(expected, last.replaceAll(".*\" ", "").strip().split(" ")[0], last);
        assertEquals(expected.equals("given"), last.endsWith(" given"), last);
    }

    /** As on Alpine Linux. */
    @ParameterizedTest
    @CsvSource({"C, C.UTF-8", "POSIX, C.UTF-8", "de_DE.UTF-8, de_DE.UTF-8"})
    void soDoesItWhereNoProgramTellsOfLocales(String given, String expected) throws Exception {
        maven("nothing");
        script("java", "echo \"openjdk version \\\"17.0.1\\\" ${LC_ALL:-$LC_CTYPE}\" >&2");
        List<String> lines = withoutProgram("locale", Map.of("LC_ALL", given));
        assertEquals("openjdk version \"17.0.1\" " + expected, lines.get(lines.size() - 1), lines.toString());
    }

    /** What is said where there are the stand-ins and all programs of this machine but one. */
    private List<String> withoutProgram(String program, Map<String, String> variables) throws Exception {
        Path links = Files.createDirectories(folder.resolve("links"));
        for (String place : System.getenv("PATH").split(":")) {
            for (String name : Objects.requireNonNullElse(new File(place).list(), new String[0])) {
                Path link = links.resolve(name);
                if (!name.equals(program) && !Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createSymbolicLink(link, Path.of(place, name).toAbsolutePath());
                }
            }
        }
        Map<String, String> all = new HashMap<>(variables);
        all.put("PATH", jdk.resolve("bin") + ":" + links);
        try {
            return errors(0, all, "list");
        } finally {
            for (String name : links.toFile().list()) {
                Files.delete(links.resolve(name));
            }
        }
    }

    @Test
    void withoutAnyUtf8LocaleANameOutsideAsciiIsNamed() throws Exception {
        assumeTrue(Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode('ü'),
                "in this locale Java cannot give a program the name of such a file");
        maven("nothing");
        locales("ANSI_X3.4-1968");
        errors(0, Map.of("LC_ALL", "C"), "list");
        List<String> lines = errors(1, Map.of("LC_ALL", "C"), "show", "ü.yaml");
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("error: \"ü.yaml\" is not ASCII, which Java cannot use in the locale C,"),
                lines.get(0));
    }

    /** What the script takes for the memory in MiB where /proc and /sys are in that folder. */
    private int memory(Path root) throws Exception {
        List<String> said = lines(0, new ProcessBuilder("bash", "-c", "source run.sh; memory \"$1\"", "bash",
                root.toString()));
        return Integer.parseInt(said.get(0));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    private Path machine(String mounts, String groups) throws IOException {
        Path root = folder.resolve("root");
        write(root.resolve("proc/meminfo"), "MemTotal:       16777216 kB\nMemFree: 1 kB");
        write(root.resolve("proc/self/mountinfo"), "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + mounts);
        write(root.resolve("proc/self/cgroup"), groups);
        return root;
    }

    @Test
    void theLeastLimitOfNestedGroupsCounts() throws Exception {
        Path root = machine("30 22 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw", "0::/a/b");
        assertEquals(16384, memory(root));
        Path groups = root.resolve("sys/fs/cgroup");
        write(groups.resolve("a/b/memory.max"), "max");
        write(groups.resolve("a/memory.max"), "4294967296");
        write(groups.resolve("a/other/memory.max"), "1048576");
        assertEquals(4096, memory(root));
        write(groups.resolve("a/b/memory.max"), "2147483648");
        assertEquals(2048, memory(root));
        write(groups.resolve("memory.max"), "1073741824");
        assertEquals(1024, memory(root));
    }

    @Test
    void soDoThoseOfTheFirstVersion() throws Exception {
        String batch = "/slurm/uid_1000/job_7/step_0";
        Path root = machine("""
                31 22 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
                32 22 0:28 / /mnt/groups/memory rw - cgroup cgroup rw,memory
                33 22 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw""",
                "9:cpuset:/\n5:memory:" + batch + "\n0::/user.slice");
        Path groups = root.resolve("mnt/groups/memory");
        write(groups.resolve("memory.limit_in_bytes"), "9223372036854771712");
        write(Path.of(groups + batch + "/memory.limit_in_bytes"), "9223372036854771712");
        assertEquals(16384, memory(root));
        write(groups.resolve("slurm/uid_1000/job_7/memory.limit_in_bytes"), "8589934592");
        assertEquals(8192, memory(root));
        write(Path.of(groups + batch + "/memory.stat"), "cache 1\nhierarchical_memory_limit 3221225472");
        assertEquals(3072, memory(root));
    }

    /** A container that sees its own group at the top of the mount. */
    @Test
    void aMountThatShowsAGroupFromInsideIsUnderstood() throws Exception {
        Path root = machine("32 22 0:28 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
                "5:memory:/docker/abc");
        write(root.resolve("sys/fs/cgroup/memory/memory.limit_in_bytes"), "5368709120");
        assertEquals(5120, memory(root));
    }
}
