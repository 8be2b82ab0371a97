package dev.gossamer.experiment;

import dev.gossamer.catalogue.Plugins;
import dev.gossamer.data.DataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        environment.put("class_names", listed(data.classNames().stream().limit(MOST_NAMES)));
        environment.put("train_images", data.train().size());
        environment.put("test_images", data.test().size());
        environment.put("data_fingerprint", data.fingerprint());
        return environment;
    }

    /** Names that {@code csv} readers take apart again: quoted where commas, quotes or blanks at the ends need that. */
    static String listed(Stream<String> names) {
        return names.map(name -> name.isEmpty() || name.matches("(?s).*[,\"\\v].*") || !name.equals(name.strip())
                ? "\"" + name.replace("\"", "\"\"") + "\""
                : name).collect(Collectors.joining(","));
    }

    /** Those of program and machine. */
    public static Map<String, Object> of(String commandLine) {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("gossamer", Version.number());
        environment.put("commit", System.getProperty("gossamer.commit", "unknown"));
        environment.put("command", commandLine);
        String plugins = plugins();
        if (!plugins.isEmpty()) {
            environment.put(PLUGINS, plugins);
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

    /** The names of the plug-ins in which two such texts differ, in order. */
    static SortedSet<String> differentPlugins(String before, String now) {
        Set<String> there = plugins(before);
        Set<String> here = plugins(now);
        SortedSet<String> different = new TreeSet<>();
        Stream.of(there, here).flatMap(Set::stream)
                .filter(plugin -> !(there.contains(plugin) && here.contains(plugin)))
                .forEach(plugin -> different.add(plugin.replaceFirst(" \\S*$", "")));
        return different;
    }

    private static Set<String> plugins(String recorded) {
        return Arrays.stream(recorded.split(", ")).filter(plugin -> !plugin.isEmpty()).collect(Collectors.toSet());
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
