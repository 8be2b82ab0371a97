package dev.gossamer.experiment;

import dev.gossamer.catalogue.Plugins;
import dev.gossamer.data.DataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a run's {@code environment.json} says of program, machine and data. */
public final class RunEnvironment {

    private static final Path CPU_INFORMATION = Path.of("/proc/cpuinfo");

    /** The first names tell a set's kind; there may be 65,536. */
    private static final int MOST_NAMES = 1000;

    /** Name of the entry of the plug-ins. */
    static final String PLUGINS = "plugins";

    private RunEnvironment() {}

    /**
     * The entries in order.
     *
     * @param commandLine what the user typed
     * @param data what is trained on
     */
    public static Map<String, Object> of(String commandLine, DataSet data) {
        Map<String, Object> environment = of(commandLine);
        environment.put("data_set", data.name());
        environment.put("synthetic", data.synthetic());
        environment.put("classes", data.classes());
        environment.put("class_names", data.classNames().stream().limit(MOST_NAMES)
                .collect(Collectors.joining(", ")));
        environment.put("train_images", data.train().size());
        environment.put("test_images", data.test().size());
        environment.put("data_fingerprint", data.fingerprint());
        return environment;
    }

    /** Those of program and machine. */
    public static Map<String, Object> of(String commandLine) {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("gossamer", Version.number());
        environment.put("commit", System.getProperty("gossamer.commit", "unknown"));
        environment.put("command", commandLine);
        if (!Plugins.INSTALLED.fingerprints().isEmpty()) {
            environment.put(PLUGINS, plugins());
        }
        environment.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        environment.put("cpu", cpu());
        environment.put("cores", Runtime.getRuntime().availableProcessors());
        return environment;
    }

    /** The plug-ins and the fingerprints of their jars; empty where there are none. */
    static String plugins() {
        return Plugins.INSTALLED.fingerprints().entrySet().stream()
                .map(plugin -> plugin.getKey() + " " + plugin.getValue()).collect(Collectors.joining(", "));
    }

    private static String cpu() {
        try {
            return Files.readAllLines(CPU_INFORMATION).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
