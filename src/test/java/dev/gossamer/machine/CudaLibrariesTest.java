package dev.gossamer.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With empty files in place of libraries, and a folder in place of the root. */
@DisabledOnOs(OS.WINDOWS)
class CudaLibrariesTest {

    private static final List<String> TOOLKIT =
            List.of("libcudart.so.13", "libnvrtc.so.13", "libnvrtc-builtins.so.13.0", "libcublas.so.13",
                    "libcublasLt.so.13", "libnvJitLink.so.13");
    private static final List<String> CUDNN = List.of("libcudnn.so.9", "libcudnn_graph.so.9", "libcudnn_ops.so.9",
            "libcudnn_cnn.so.9", "libcudnn_adv.so.9", "libcudnn_heuristic.so.9", "libcudnn_engines_precompiled.so.9",
            "libcudnn_engines_runtime_compiled.so.9");

    @TempDir
    Path root;

    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void noPrograms() {
        variables.put("PATH", root.resolve("bin").toString());
    }

    private Path touch(String folder, List<String> names) throws IOException {
        Path path = Files.createDirectories(root.resolve(folder));
        for (String name : names) {
            Files.createFile(path.resolve(name));
        }
        return path;
    }

    private void driver() throws IOException {
        touch("usr/lib/x86_64-linux-gnu", List.of("libcuda.so.1"));
    }

    private CudaLibraries find() throws IOException {
        Path classes = Files.createDirectories(root.resolve("classes"));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null)) {
            return CudaLibraries.find(new Machine(root, variables, Duration.ofSeconds(20)), loader);
        }
    }

    private void onClassPath(String... names) throws IOException {
        touch("classes/org/bytedeco/cuda/" + Loader.Detector.getPlatform(), List.of(names));
    }

    private static Path folderOf(CudaLibraries libraries, String name) {
        return libraries.found().stream()
                .filter(library -> library.name().equals(name))
                .map(library -> library.file().orElseThrow().getParent())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aToolkitAndPipsCudnnAreEnough() throws IOException {
        driver();
        onClassPath("libjnicudart.so");
        Path toolkit = touch("usr/local/cuda-13.0/lib64", TOOLKIT);
        variables.put("VIRTUAL_ENV", root.resolve("venv").toString());
        Path site = root.resolve("venv/lib/python3.12/site-packages");
        Path cudnn = touch("venv/lib/python3.12/site-packages/nvidia/cudnn/lib", CUDNN);
        Files.createDirectories(site.resolve("nvidia_cudnn_cu13-9.13.0.50.dist-info"));
        CudaLibraries libraries = find();
        assertEquals(Optional.empty(), libraries.whyUnusable());
        assertEquals(1 + TOOLKIT.size() + CUDNN.size(), libraries.found().size());
        assertEquals(toolkit, folderOf(libraries, "libcublas.so.13"));
        assertEquals(cudnn, folderOf(libraries, "libcudnn.so.9"));
        assertTrue(libraries.found().stream()
                .filter(library -> library.name().startsWith("libcudnn"))
                .allMatch(library -> library.version().equals("9.13.0.50")));
    }

    @Test
    void whatIsNeededIsLoadedBeforeWhatNeedsIt() throws IOException {
        driver();
        touch("usr/local/cuda/lib64", TOOLKIT);
        touch("usr/lib64", CUDNN);
        List<String> order = find().found().stream().map(CudaLibrary::name).toList();
        for (List<String> pair : List.of(
                List.of("libcuda.so.1", "libcudart.so.13"), List.of("libcublasLt.so.13", "libcublas.so.13"),
                List.of("libcublas.so.13", "libcudnn_ops.so.9"), List.of("libcudnn_graph.so.9", "libcudnn_cnn.so.9"),
                List.of("libnvrtc-builtins.so.13.0", "libnvrtc.so.13"))) {
            assertTrue(order.indexOf(pair.get(0)) < order.indexOf(pair.get(1)), order.toString());
        }
    }

    @Test
    void whatLiesBesideALibraryIsNone() throws IOException {
        driver();
        touch("usr/local/cuda/lib64", TOOLKIT);
        touch("usr/local/cuda/lib64", List.of("libnvrtc-builtins.so.13.0.map", "libnvrtc-builtins.so.13.0~"));
        assertTrue(find().found().stream().anyMatch(library -> library.name().equals("libnvrtc-builtins.so.13.0")));
    }

    @Test
    void theUsersFoldersGoFirstAndAPartIsTakenFromOneFolder() throws IOException {
        Path wanted = touch("mine", List.of("libcudart.so.13", "libcublas.so.13"));
        Path toolkit = touch("usr/local/cuda/lib64", TOOLKIT);
        variables.put("LD_LIBRARY_PATH", "/does/not/exist:" + wanted);
        CudaLibraries libraries = find();
        assertEquals(wanted, folderOf(libraries, "libcudart.so.13"));
        assertEquals(toolkit, folderOf(libraries, "libcublas.so.13"));
    }

    @Test
    void theFileBehindLinksTellsTheVersion() throws IOException {
        Path folder = touch("usr/local/cuda/lib64", List.of("libcudart.so.13.0.96"));
        Files.createSymbolicLink(folder.resolve("libcudart.so.13"), Path.of("libcudart.so.13.0.96"));
        assertEquals(List.of(new CudaLibrary("libcudart.so.13", Optional.of(folder.resolve("libcudart.so.13")),
                "13.0.96")), find().found());
    }

    @Test
    void linksToNothingAreNotFound() throws IOException {
        Path folder = touch("mine", List.of());
        Files.createSymbolicLink(folder.resolve("libcudart.so.13"), Path.of("libcudart.so.13.0.96"));
        variables.put("LD_LIBRARY_PATH", folder.toString());
        assertTrue(find().missing().contains("libcudart.so.13"));
        Path toolkit = touch("usr/local/cuda/lib64", TOOLKIT);
        assertEquals(toolkit, folderOf(find(), "libcudart.so.13"));
    }

    @Test
    void pythonAndTheLoaderAreAsked() throws IOException {
        Path site = root.resolve("somewhere/packages");
        Path pip = touch("somewhere/packages/nvidia/cu13/lib", TOOLKIT);
        Path linked = touch("odd/place", CUDNN);
        script("bin/python3", "echo; echo /none; echo " + site);
        script("bin/ldconfig", "[ \"$1\" = -p ] && printf '\\tlibcudnn.so.9 (libc6,x86-64) => %s/libcudnn.so.9\\n' "
                + linked);
        CudaLibraries libraries = find();
        assertEquals(pip, folderOf(libraries, "libnvrtc.so.13"));
        assertEquals(linked, folderOf(libraries, "libcudnn_cnn.so.9"));
        assertEquals(List.of("libcuda.so.1"), libraries.missing());
    }

    private void script(String file, String content) throws IOException {
        Path script = root.resolve(file);
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\n" + content + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void whatIsMissingIsNamedWithWhereItWasLookedFor() throws IOException {
        driver();
        onClassPath("libjnicudart.so");
        Path toolkit = touch("usr/local/cuda/lib64", TOOLKIT);
        touch("usr/lib64", CUDNN.subList(1, CUDNN.size()));
        CudaLibraries libraries = find();
        assertEquals(List.of("libcudnn.so.9"), libraries.missing());
        String why = libraries.whyUnusable().orElseThrow();
        assertTrue(why.startsWith("the library libcudnn.so.9 is missing; looked in " + toolkit + ", "), why);
        assertTrue(why.endsWith("nvidia-cudnn-cu13"), why);
    }

    @Test
    void cuda12IsNotCuda13() throws IOException {
        touch("usr/local/cuda/lib64", List.of("libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12"));
        assertEquals(List.of(), find().found());
        assertEquals(List.of("libcuda.so.1", "libcudart.so.13", "libnvrtc.so.13", "libcublas.so.13", "libcudnn.so.9"),
                find().missing());
    }

    /** Its files have the same names, but it asks for CUDA 12's libraries when it is used. */
    @Test
    void cudnnForCuda12IsPassedOver() throws IOException {
        variables.put("VIRTUAL_ENV", root.resolve("venv").toString());
        Path site = root.resolve("venv/lib/python3.12/site-packages");
        Path folder = touch("venv/lib/python3.12/site-packages/nvidia/cudnn/lib", CUDNN);
        assertEquals(folder, folderOf(find(), "libcudnn.so.9"));
        Files.createDirectories(site.resolve("nvidia_cudnn_cu12-9.10.2.21.dist-info"));
        assertTrue(find().missing().contains("libcudnn.so.9"));
        Path linked = touch("usr/lib64", CUDNN);
        assertEquals(linked, folderOf(find(), "libcudnn.so.9"));
        Files.createDirectories(site.resolve("nvidia_cudnn_cu13-9.13.0.50.dist-info"));
        assertEquals(folder, folderOf(find(), "libcudnn.so.9"));
    }

    @Test
    void jarsOnTheClassPathStandIn() throws IOException {
        driver();
        Path cudnn = touch("usr/lib64", CUDNN);
        onClassPath("libjnicudart.so", "libcudart.so.13", "libnvrtc.so.13", "libnvrtc-builtins.so.13.1",
                "libcublas.so.13", "libcublasLt.so.13");
        CudaLibraries libraries = find();
        assertEquals(Optional.empty(), libraries.whyUnusable());
        assertEquals("class path", libraries.found().stream()
                .filter(library -> library.name().equals("libcublas.so.13")).findFirst().orElseThrow().place());
        assertEquals(cudnn, folderOf(libraries, "libcudnn.so.9"));
    }

    /** A small library of this Java's own, under another name. */
    @Test
    void librariesAreLoadedFromWhereTheyWereFound() throws IOException {
        Path library = Path.of(System.getProperty("java.home"), "lib", "libprefs.so");
        assumeTrue(Files.exists(library));
        Path copy = Files.copy(library, root.resolve("libgossamertest.so.1"));
        new CudaLibraries(List.of(new CudaLibrary("libgossamertest.so.1", Optional.of(copy), "1"),
                new CudaLibrary("libgossamerjar.so.1", Optional.empty(), "1")), List.of(), List.of(), true).load();
        assertEquals(copy.toString(), Loader.getLoadedLibraries().get("gossamertest@.1"));
        assertTrue(Files.readString(Path.of("/proc/self/maps")).contains(copy.toRealPath().toString()));
        Files.writeString(root.resolve("libgossamerbad.so.1"), "no library");
        CudaLibraries bad = new CudaLibraries(List.of(new CudaLibrary("libgossamerbad.so.1",
                Optional.of(root.resolve("libgossamerbad.so.1")), "1")), List.of(), List.of(), true);
        String reason = assertThrows(UnsatisfiedLinkError.class, bad::load).getMessage();
        assertTrue(reason.contains(root + "/libgossamerbad.so.1"), reason);
    }

    @Test
    void theJavaBindingIsNeededToo() throws IOException {
        driver();
        touch("usr/local/cuda/lib64", TOOLKIT);
        touch("usr/lib64", CUDNN);
        assertTrue(find().whyUnusable().orElseThrow().startsWith("the Java binding of CUDA is missing"));
    }
}
