package dev.gossamer.machine;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * The libraries of CUDA 13 on a machine, and the Java binding to them.
 *
 * @param found libraries, in the order in which they need one another
 * @param missing file names of libraries that were not found
 * @param searched folders in which libraries were looked for
 * @param binding whether the Java binding's own native library is on the class path
 */
public record CudaLibraries(List<CudaLibrary> found, List<String> missing, List<Path> searched, boolean binding) {

    private static final Pattern VERSION = Pattern.compile("\\.so\\.([0-9.]+)$");
    private static final Pattern LIBRARY = Pattern.compile(".*\\.so(\\.\\d+)*");
    private static final Pattern NAME = Pattern.compile("lib(.+)\\.so\\.(.+)");
    /** The name by which JavaCPP's binding of 13.1 asks for it, whichever there is. */
    private static final String BUILTINS = "nvrtc-builtins";
    private static final String BUILTINS_KEY = BUILTINS + "@.13.1";

    /** Copies the lists. */
    public CudaLibraries {
        found = List.copyOf(found);
        missing = List.copyOf(missing);
        searched = List.copyOf(searched);
    }

    /** Looks for the libraries of this machine; nothing is loaded. */
    public static CudaLibraries find() {
        return find(Machine.here(), CudaLibraries.class.getClassLoader());
    }

    static CudaLibraries find(Machine machine, ClassLoader classPath) {
        List<CudaLibrary> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<Path> searched = new CudaFolders(machine).list();
        for (CudaParts part : CudaParts.values()) {
            List<Path> folders = searched.stream().filter(folder -> !isForOtherCuda(part, folder)).toList();
            List<CudaLibrary> libraries = folders.stream()
                    .map(folder -> inFolder(part, folder))
                    .filter(files -> files.size() == part.files.size())
                    .findFirst()
                    .orElseGet(() -> onClassPath(part, classPath));
            found.addAll(libraries);
            if (libraries.isEmpty() && !part.isOptional()) {
                missing.addAll(absent(part, folders));
            }
        }
        return new CudaLibraries(found, missing, searched, resource(classPath, "libjnicudart.so").isPresent());
    }

    /** Whether pip's package in a folder is, unlike its files' names, for another version of CUDA only. */
    private static boolean isForOtherCuda(CudaParts part, Path folder) {
        Path site = folder.resolve("../../..").normalize();
        return part == CudaParts.DNN && folder.endsWith("nvidia/cudnn/lib")
                && Machine.matches(site, "nvidia_" + part.pip + "-*.dist-info").isEmpty()
                && !Machine.matches(site, "nvidia_cudnn_cu*-*.dist-info").isEmpty();
    }

    private static List<CudaLibrary> inFolder(CudaParts part, Path folder) {
        List<CudaLibrary> libraries = new ArrayList<>();
        for (String pattern : part.files) {
            files(folder, pattern).findFirst().ifPresent(file -> libraries.add(new CudaLibrary(
                    file.getFileName().toString(), Optional.of(file), version(part, file))));
        }
        return libraries;
    }

    /** Links to nothing are not files, and what else lies beside a library has another ending. */
    private static Stream<Path> files(Path folder, String pattern) {
        return Machine.matches(folder, pattern).stream().filter(Files::isRegularFile)
                .filter(file -> LIBRARY.matcher(file.getFileName().toString()).matches());
    }

    /** What the folder with most of a part lacks; where none has any, the library that stands for the part. */
    private static List<String> absent(CudaParts part, List<Path> folders) {
        List<String> fewest = part.files;
        for (Path folder : folders) {
            List<String> lacking =
                    part.files.stream().filter(pattern -> files(folder, pattern).findAny().isEmpty()).toList();
            fewest = lacking.size() < fewest.size() ? lacking : fewest;
        }
        List<String> named = fewest.equals(part.files) ? fewest.subList(fewest.size() - 1, fewest.size()) : fewest;
        return named.stream().map(pattern -> pattern.replace(".*", "")).toList();
    }

    /** The file behind links tells most; pip's packages, which have none, are named after their version. */
    private static String version(CudaParts part, Path file) {
        String full = file.getFileName().toString();
        try {
            full = file.toRealPath().getFileName().toString();
        } catch (IOException e) {
            // The link's own name tells something.
        }
        Matcher version = VERSION.matcher(full);
        String number = version.find() ? version.group(1) : "";
        return number.contains(".") ? number : packageVersion(part, file).orElse(number);
    }

    private static Optional<String> packageVersion(CudaParts part, Path file) {
        for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
            for (Path info : Machine.matches(folder, "nvidia_" + part.pip + "-*.dist-info")) {
                return Optional.of(info.getFileName().toString()
                        .replaceFirst("^[^-]*-", "").replaceFirst("\\.dist-info$", ""));
            }
        }
        return Optional.empty();
    }

    private static List<CudaLibrary> onClassPath(CudaParts part, ClassLoader classPath) {
        List<String> names = part.files.stream()
                .map(name -> name.startsWith("lib" + BUILTINS) ? "lib" + BUILTINS + ".so.13.1" : name)
                .toList();
        boolean all = names.stream().allMatch(name -> resource(classPath, name).isPresent());
        return all
                ? names.stream().map(name -> new CudaLibrary(name, Optional.empty(), "of the Maven artifact")).toList()
                : List.of();
    }

    private static Optional<URL> resource(ClassLoader classPath, String name) {
        return Optional.ofNullable(
                classPath.getResource("org/bytedeco/cuda/" + Loader.Detector.getPlatform() + "/" + name));
    }

    /** Why CUDA 13 cannot be used, in one sentence without a full stop; empty where it can. */
    public Optional<String> whyUnusable() {
        if (!binding) {
            return Optional.of("the Java binding of CUDA is missing on the class path (./run.sh adds it where there is"
                    + " an NVIDIA GPU; elsewhere GOSSAMER_PROFILES=cuda ./run.sh ...)");
        }
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of((missing.size() == 1 ? "the library " : "the libraries ") + String.join(", ", missing)
                + (missing.size() == 1 ? " is" : " are") + " missing; looked in "
                + (searched.isEmpty() ? "no folder" : String.join(", ", searched.stream().map(Path::toString).toList()))
                + "; NVIDIA's pip packages have what is not the driver's: python3 -m pip install nvidia-cuda-runtime"
                + " nvidia-cublas nvidia-cuda-nvrtc nvidia-nvjitlink nvidia-cudnn-cu13");
    }

    /**
     * Loads the libraries from where they were found, so that everything that asks for them by name later gets these.
     *
     * @throws UnsatisfiedLinkError if one cannot be loaded
     */
    public void load() {
        for (CudaLibrary library : found) {
            library.file().ifPresent(file -> load(library.name(), file));
        }
    }

    private static void load(String name, Path file) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a versioned library: " + name);
        }
        String key = parts.group(1).equals(BUILTINS) ? BUILTINS_KEY : parts.group(1) + "@." + parts.group(2);
        try {
            Loader.loadLibrary(Loader.class, new URL[] {file.toUri().toURL()}, key);
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not a file: " + file, e);
        } catch (UnsatisfiedLinkError e) { // of a search elsewhere; its cause is of this file
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new UnsatisfiedLinkError(file + ": " + reason.getMessage().replace(file + ": ", ""));
        }
    }
}
