package dev.gossamer.engine.stacked.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What CUDA's compiler makes of a kernel, without a GPU.
 *
 * @param architecture compute capability times ten
 * @param kernel its name
 * @param registers registers of a thread
 * @param stack bytes of a thread's stack, which is in slow memory
 * @param spills bytes of registers that found no room and are written to slow memory
 * @param shared bytes of shared memory that a block has without asking
 */
record KernelReport(int architecture, String kernel, int registers, int stack, int spills, int shared) {

    private static final Pattern ENTRY = Pattern.compile("Compiling entry function '(\\w+)' for 'sm_(\\d+)a?'");
    private static final Pattern MEMORY = Pattern.compile(
            "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    private static final Pattern KERNEL = Pattern.compile("\\.visible \\.entry (\\w+)\\(");
    private static final Pattern LOAD = Pattern.compile(
            "ld\\.global(?:\\.\\w+)*?(?:\\.v(\\d))?\\.[a-z](\\d+)\\s+(\\{[^}]*\\}|%\\w+),");
    private static final Pattern REGISTER = Pattern.compile("%\\w+");

    /** Compiles a source to machine code for some architectures; every warning is an error. */
    static List<KernelReport> of(String source, Path folder, List<Integer> architectures)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("-fatbin", "-Xptxas", "-v"));
        architectures.forEach(sm -> options.addAll(
                List.of("-gencode", "arch=compute_" + exact(sm) + ",code=sm_" + exact(sm))));
        List<KernelReport> reports = new ArrayList<>();
        Matcher entry = null;
        Matcher memory = null;
        for (String line : nvcc(source, folder, "kernels.fatbin", options).split("\n")) {
            Matcher started = ENTRY.matcher(line);
            Matcher stack = MEMORY.matcher(line);
            Matcher used = REGISTERS.matcher(line);
            if (started.find()) {
                entry = started;
            } else if (stack.find()) {
                memory = stack;
            } else if (used.find()) {
                Matcher shared = SHARED.matcher(line);
                reports.add(new KernelReport(Integer.parseInt(entry.group(2)), entry.group(1),
                        Integer.parseInt(used.group(1)), Integer.parseInt(memory.group(1)),
                        Integer.parseInt(memory.group(2)) + Integer.parseInt(memory.group(3)),
                        shared.find() ? Integer.parseInt(shared.group(1)) : 0));
            }
        }
        return reports;
    }

    /** With the instructions that no other GPU has. */
    private static String exact(int architecture) {
        return architecture == 90 ? "90a" : Integer.toString(architecture);
    }

    /** Architectures that the compiler makes machine code for. */
    static List<Integer> architectures() throws IOException, InterruptedException {
        return Pattern.compile("sm_(\\d+)\\b").matcher(output("nvcc", "--list-gpu-code")).results()
                .map(found -> Integer.parseInt(found.group(1))).sorted().toList();
    }

    /**
     * For each kernel the bytes that a thread has on their way from memory: the largest sum of loads from global memory
     * that follow one another in the intermediate code (PTX) with no use of what one of them loads, and no store to
     * global memory, in between. Branches count as not taken; the assembler may still change the order.
     */
    static Map<String, Integer> bytesInFlight(String source, Path folder, int architecture)
            throws IOException, InterruptedException {
        nvcc(source, folder, "kernels.ptx", List.of("-ptx", "-arch=compute_" + architecture));
        Map<String, Integer> most = new TreeMap<>();
        String kernel = "";
        Set<String> pending = new HashSet<>();
        int bytes = 0;
        for (String line : Files.readAllLines(folder.resolve("kernels.ptx"))) {
            Matcher entry = KERNEL.matcher(line);
            Matcher load = LOAD.matcher(line);
            boolean begins = entry.find();
            if (begins) {
                kernel = entry.group(1);
                most.put(kernel, 0);
            }
            boolean loads = load.find();
            String read = loads ? line.substring(load.end()) : line.substring(Math.max(0, line.indexOf(',')));
            boolean uses = registers(read).anyMatch(pending::contains);
            if (uses && line.strip().startsWith("mov")) {
                registers(line).forEach(pending::add); // another name for the same
            } else if (begins || uses || line.contains("st.global")) {
                pending.clear();
                bytes = 0;
            }
            if (loads) {
                registers(load.group(3)).forEach(pending::add);
                int count = load.group(1) == null ? 1 : Integer.parseInt(load.group(1));
                bytes += count * Integer.parseInt(load.group(2)) / Byte.SIZE;
                most.merge(kernel, bytes, Math::max);
            }
        }
        return most;
    }

    private static Stream<String> registers(String text) {
        return REGISTER.matcher(text).results().map(found -> found.group());
    }

    private static String nvcc(String source, Path folder, String result, List<String> options)
            throws IOException, InterruptedException {
        Path file = folder.resolve("kernels.cu");
        Files.writeString(file, source);
        List<String> command = new ArrayList<>(
                List.of("nvcc", "-fmad=false", "-std=c++17", "-Werror=all-warnings", "-diag-suppress", "177", "-o",
                        folder.resolve(result).toString()));
        command.addAll(options);
        command.add(file.toString());
        return output(command.toArray(String[]::new));
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(output);
        }
        return output;
    }

    /** Writes a table: {@code FILE.cu FOLDER ARCHITECTURE..}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<Integer> architectures = Arrays.stream(arguments).skip(2).map(Integer::parseInt).toList();
        System.out.println(table(Files.readString(Path.of(arguments[0])), Path.of(arguments[1]), architectures));
    }

    /** A line for each kernel: bytes on their way, and registers on each architecture. */
    static String table(String source, Path folder, List<Integer> architectures)
            throws IOException, InterruptedException {
        Map<String, Integer> bytes = bytesInFlight(source, folder, architectures.get(architectures.size() - 1));
        Map<String, Map<Integer, KernelReport>> reports = of(source, folder, architectures).stream().collect(
                Collectors.groupingBy(KernelReport::kernel, TreeMap::new,
                        Collectors.toMap(KernelReport::architecture, report -> report, (a, b) -> a, TreeMap::new)));
        StringBuilder table = new StringBuilder("| kernel | bytes on their way |");
        architectures.forEach(sm -> table.append(" registers, sm_").append(sm).append(" |"));
        table.append("\n|---|---|").append("---|".repeat(architectures.size())).append('\n');
        reports.forEach((kernel, of) -> {
            table.append("| `").append(kernel).append("` | ").append(bytes.get(kernel)).append(" |");
            of.values().forEach(report -> table.append(' ').append(report.registers()).append(" |"));
            table.append('\n');
        });
        return table.toString();
    }
}
