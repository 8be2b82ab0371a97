package dev.gossamer.catalogue;

import dev.gossamer.text.Digests;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Jars that a user puts into a folder, with entries for the {@link Catalogue catalogues}: each names the classes that
 * bring them in {@code META-INF/services}, as for Java's ServiceLoader. All jars see each other and Gossamer, which
 * comes first. What of a jar cannot be used is a problem, told in a sentence; the rest is used.
 */
public final class Plugins {

    /** Those of the folder {@code plugins} in the project's folder; none where Gossamer is a library. */
    public static final Plugins INSTALLED = new Plugins(Path.of(System.getProperty("gossamer.home", ""), "plugins"),
            System.getProperty("gossamer.home") != null);

    private static final String ENDING = ".jar";
    private static final String INITIALIZED = "Could not initialize class";
    private static final String KEYS = "keys.txt";

    private final Map<Path, List<String>> services = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Key<?>> keys = new HashMap<>();
    private final ClassLoader loader;

    /** A class that a jar brings, made. */
    record Provider<S>(Path jar, S instance) {}

    private Plugins(Path folder, boolean wanted) {
        List<Path> jars = wanted && Files.isDirectory(folder) ? jars(folder) : List.of();
        jars.forEach(this::open);
        loader = services.isEmpty() ? Plugins.class.getClassLoader()
                : new URLClassLoader("plugins", services.keySet().stream().map(Plugins::url).toArray(URL[]::new),
                Plugins.class.getClassLoader());
    }

    /** The jars of a folder. */
    public static Plugins in(Path folder) {
        return new Plugins(folder, true);
    }

    private List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
        } catch (IOException e) {
            problems.add("the plug-ins in " + Shown.line(folder.toString()) + " cannot be listed: " + e.getMessage());
            return List.of();
        }
    }

    private void open(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            services.put(jar, file.stream().map(ZipEntry::getName)
                    .filter(name -> name.matches("META-INF/services/[^/]+")).toList());
        } catch (IOException | SecurityException e) {
            add(jar, "cannot be read as a jar: " + e.getMessage());
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a file has an address", e);
        }
    }

    /** Whether there is no jar that can be read, and nothing to tell of one that cannot. */
    public boolean isEmpty() {
        return services.isEmpty() && problems.isEmpty();
    }

    /** What cannot be used so far, a sentence each, without a full stop. */
    public List<String> problems() {
        synchronized (problems) {
            return List.copyOf(problems);
        }
    }

    /** SHA-256 of the jars by the names of their files, in order. */
    public Map<String, String> fingerprints() {
        Map<String, String> fingerprints = new LinkedHashMap<>();
        services.keySet().forEach(jar -> fingerprints.put(jar.getFileName().toString(), fingerprint(jar)));
        return fingerprints;
    }

    private static String fingerprint(Path jar) {
        try {
            return Digests.sha256(Files.readAllBytes(jar));
        } catch (IOException e) {
            return "cannot be read";
        }
    }

    /** One object of each class that the jars bring for a service, in the order of the jars. */
    <S> List<Provider<S>> of(Class<S> service) {
        List<Provider<S>> providers = new ArrayList<>();
        String file = "META-INF/services/" + service.getName();
        services.forEach((jar, files) -> {
            if (files.contains(file)) {
                names(jar, file).forEach(name -> attempt(jar, "class " + Shown.shortened(name),
                        () -> providers.add(new Provider<>(jar, make(name, service)))));
            }
        });
        return providers;
    }

    /** Tells of a problem of a jar. */
    void add(Path jar, String problem) {
        synchronized (problems) {
            problems.add(Shown.line("plug-in " + jar.getFileName() + ": " + problem));
        }
    }

    /**
     * Takes the names of keys for what a jar brings.
     *
     * @throws IllegalArgumentException if Gossamer, or another entry, has another key of that name
     */
    void claim(List<Key<?>> more) {
        for (Key<?> key : more) {
            if (Gossamer.KEYS.contains(key.toString()) || keys.getOrDefault(key.toString(), key) != key) {
                throw new IllegalArgumentException("the name of its key " + key + " is taken");
            }
        }
        more.forEach(key -> keys.put(key.toString(), key));
    }

    /** The names of Gossamer's keys, from a file, as most of them are defined in packages above this one. */
    private static final class Gossamer {

        private static final List<String> KEYS = read();

        private static List<String> read() {
            try (InputStream in = Plugins.class.getResourceAsStream(Plugins.KEYS)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Something of a jar's that may fail in any way. */
    interface Attempt {
        void run() throws ReflectiveOperationException;
    }

    /** Does it, and makes a problem of a failure. */
    void attempt(Path jar, String what, Attempt attempt) {
        try {
            attempt.run();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            add(jar, what + " " + reason(e));
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof InvocationTargetException
                || failure instanceof ExceptionInInitializerError ? failure.getCause() : failure;
        if (cause instanceof UnsupportedClassVersionError) {
            return "was compiled for a newer Java than this one, " + Runtime.version().feature();
        }
        if (cause instanceof NoClassDefFoundError && String.valueOf(cause.getMessage()).startsWith(INITIALIZED)) {
            return "failed when it was loaded before";
        }
        if (cause instanceof NoClassDefFoundError && cause.getMessage() != null) {
            return "needs the class " + cause.getMessage().replace('/', '.')
                    + ", which is in no jar here; put its jar into the folder, too";
        }
        if (cause instanceof ClassNotFoundException) {
            return "is named in META-INF/services, but is not there";
        }
        if (cause instanceof NoSuchMethodException) {
            return "has no public constructor without parameters";
        }
        if (cause instanceof AbstractMethodError || cause instanceof NoSuchMethodError) {
            return "does not fit this version of Gossamer: " + cause.getMessage();
        }
        if (cause instanceof ClassCastException) {
            return cause.getMessage();
        }
        return cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? "does not fit: " + cause.getMessage() : "failed: " + cause;
    }

    private List<String> names(Path jar, String file) {
        try (JarFile open = new JarFile(jar.toFile()); InputStream in = open.getInputStream(open.getEntry(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty()).toList();
        } catch (IOException e) {
            add(jar, file + " cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    private <S> S make(String name, Class<S> service) throws ReflectiveOperationException {
        Class<?> type = Class.forName(name, true, loader);
        if (!service.isAssignableFrom(type)) {
            throw new ClassCastException("is no " + service.getName());
        }
        return service.cast(type.getConstructor().newInstance());
    }
}
