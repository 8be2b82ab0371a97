package dev.gossamer.topology;

import java.util.Locale;

/**
 * A name taken apart: {@code [one-peer-]base[+weights]}. The base is in the plain spelling, lower case with hyphens,
 * except for the path of a file, which stays as it is.
 *
 * @param onePeer whether the one-peer scheme of the base is meant
 * @param base a name of a family, or {@code file:PATH}
 * @param weights name of the weight rule, or empty
 */
record TopologyName(boolean onePeer, String base, String weights) {

    static final String FILE = "file:";
    static final String ONE_PEER = "one-peer-";

    static TopologyName of(String name) {
        String stripped = name.strip();
        int path = stripped.toLowerCase(Locale.ROOT).indexOf(FILE) + FILE.length();
        String head = path < FILE.length() ? plain(stripped) : plain(stripped.substring(0, path));
        boolean onePeer = head.startsWith(ONE_PEER);
        String start = onePeer ? head.substring(ONE_PEER.length()) : head;
        return start.equals(FILE) ? ofFile(onePeer, stripped.substring(path)) : ofFamily(onePeer, start);
    }

    private static TopologyName ofFamily(boolean onePeer, String rest) {
        int plus = rest.indexOf('+');
        return plus < 0 || plus == rest.length() - 1
                ? new TopologyName(onePeer, rest, "")
                : new TopologyName(onePeer, rest.substring(0, plus), rest.substring(plus + 1));
    }

    /** What follows the last plus is part of the path, unless it is a weight rule. */
    private static TopologyName ofFile(boolean onePeer, String rest) {
        int plus = rest.lastIndexOf('+');
        boolean weighted = plus >= 0 && WeightRule.find(plain(rest.substring(plus + 1))).isPresent();
        return weighted
                ? new TopologyName(onePeer, FILE + rest.substring(0, plus), plain(rest.substring(plus + 1)))
                : new TopologyName(onePeer, FILE + rest, "");
    }

    private static String plain(String name) {
        return name.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\s*\\+\\s*", "+")
                .replaceFirst("\\s*\\(([^()]*)\\)(?=$|\\+)", "-$1")
                .replaceAll("(\\d)\\s*x\\s*(\\d)", "$1x$2")
                .replaceAll("[\\s_]+", "-");
    }

    boolean isFile() {
        return base.startsWith(FILE);
    }
}
