package dev.gossamer.text;

import java.util.List;
import java.util.Locale;

/** Numbers of bytes in the unit of powers of 1000 that people would take. */
public final class Bytes {

    /**
     * A unit.
     *
     * @param name as {@code kB}
     * @param size number of bytes
     */
    public record Unit(String name, double size) {}

    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB", "EB");

    private Bytes() {}

    /** The largest unit of which there is at least one. */
    public static Unit unit(double bytes) {
        double size = 1;
        int unit = 0;
        while (bytes / size >= 1000 && unit + 1 < UNITS.size()) {
            size *= 1000;
            unit++;
        }
        return new Unit(UNITS.get(unit), size);
    }

    /** As {@code 1.5 MB}. */
    public static String format(double bytes) {
        Unit unit = unit(bytes);
        return String.format(Locale.ROOT, unit.size == 1 ? "%.0f %s" : "%.1f %s", bytes / unit.size, unit.name);
    }
}
