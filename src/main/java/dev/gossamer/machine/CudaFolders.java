package dev.gossamer.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The folders in which a machine may have libraries of CUDA, those that its user named first. */
final class CudaFolders {

    private static final String SITES = "import site, sys; print('\\n'.join(sys.path + [site.getusersitepackages()]))";

    private final Machine machine;
    private final Set<Path> folders = new LinkedHashSet<>();

    CudaFolders(Machine machine) {
        this.machine = machine;
    }

    /** Those that exist, each once. */
    List<Path> list() {
        machine.paths("LD_LIBRARY_PATH").forEach(this::add);
        for (Path environment : machine.paths("VIRTUAL_ENV")) {
            addPythons(environment.resolve("lib"));
        }
        for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
            machine.paths(variable).forEach(this::addToolkit);
        }
        addToolkit(machine.path("usr/local/cuda"));
        Machine.matches(machine.path("usr/local"), "cuda-13*").forEach(this::addToolkit);
        pythonFolders().forEach(this::addSite);
        for (String prefix : List.of("usr/local/lib", "usr/lib", "opt/conda/lib")) {
            addPythons(machine.path(prefix));
        }
        addLinked();
        for (String folder : List.of("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64",
                "usr/local/nvidia/lib64", "usr/lib/wsl/lib")) {
            add(machine.path(folder));
        }
        return new ArrayList<>(folders);
    }

    private void add(Path folder) {
        if (Files.isDirectory(folder)) {
            folders.add(folder);
        }
    }

    private void addToolkit(Path toolkit) {
        add(toolkit.resolve("lib64"));
        add(toolkit.resolve("lib"));
    }

    /** The folders of packages of every Python in {@code lib}. */
    private void addPythons(Path lib) {
        for (Path python : Machine.matches(lib, "python3*")) {
            addSite(python.resolve("site-packages"));
            addSite(python.resolve("dist-packages"));
        }
    }

    /** Pip's packages from NVIDIA: {@code nvidia/cu13/lib}, {@code nvidia/cudnn/lib} and others. */
    private void addSite(Path site) {
        Machine.matches(site.resolve("nvidia"), "*").forEach(part -> add(part.resolve("lib")));
    }

    private List<Path> pythonFolders() {
        return machine.program("python3", "usr/bin", "usr/local/bin")
                .map(python -> output(python, "-c", SITES))
                .orElse(List.of())
                .stream()
                .filter(line -> line.startsWith("/"))
                .map(Path::of)
                .toList();
    }

    /** The folders that the loader of programs knows: {@code libcudart.so.13 (libc6,x86-64) => /usr/lib/...}. */
    private void addLinked() {
        machine.program("ldconfig", "sbin", "usr/sbin")
                .map(ldconfig -> output(ldconfig, "-p"))
                .orElse(List.of())
                .stream()
                .filter(line -> line.matches("lib(cuda|cudart|cublas|cudnn|nvrtc)\\.so\\.\\d+ .*=> /.*"))
                .map(line -> Path.of(line.substring(line.indexOf("=> ") + 3)).getParent())
                .forEach(this::add);
    }

    private List<String> output(Path program, String... arguments) {
        try {
            return machine.run(program, arguments)
                    .filter(ended -> ended.code() == 0)
                    .map(Machine.Ended::output)
                    .orElse(List.of());
        } catch (IOException e) {
            return List.of();
        }
    }
}
