package dev.gossamer.topology;

import dev.gossamer.text.Shown;
import dev.gossamer.topology.CsvLines.Line;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads a list of edges, the two ends of one in each line, as SNAP writes them, and NetworkX without data; of a
 * directed graph the sender first. A first line with one number says how many workers there are, and one with the
 * words source and target, from and to, or sender and receiver is skipped. An edge that is listed twice is one edge.
 *
 * <p>Ends are workers 0, ..., n - 1, and the last one has to be there unless the number of workers is. Where they are
 * relabelled, they may be any n numbers, of which the lowest becomes worker 0 and so on, or any n names, which become
 * workers in the order in which they appear.
 *
 * @param source where the text comes from, for messages
 * @param workers number of workers n that the graph must have
 * @param blanks whether blanks and tabs separate the ends, too
 * @param relabelled whether the ends are relabelled
 */
record EdgeList(String source, int workers, boolean blanks, boolean relabelled) implements GraphReader {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern HEADER = Pattern.compile("source target|from to|sender receiver");

    @Override
    public Graph read(InputStream file) throws IOException {
        Adjacency joined = new Adjacency(workers);
        return joined.graph(numbers(file, joined::join));
    }

    @Override
    public Digraph readDirected(InputStream file) throws IOException {
        Adjacency joined = new Adjacency(workers);
        return joined.digraph(numbers(file, joined::set));
    }

    /** Joins places to the end; the number of the worker at each place. */
    private int[] numbers(InputStream file, BiConsumer<Integer, Integer> joining) throws IOException {
        CsvLines lines = new CsvLines(source, workers, GraphFiles.utf8(file), blanks);
        Map<String, Integer> places = new LinkedHashMap<>();
        boolean isCounted = false;
        boolean isFirst = true;
        for (Optional<Line> next = lines.next(); next.isPresent(); next = lines.next()) {
            Line line = next.get();
            if (isFirst && line.cells().size() == 1 && NUMBER.matcher(line.cells().get(0)).matches()) {
                lines.requireWorkers((int) Math.min(Integer.MAX_VALUE, Long.parseLong(line.cells().get(0))));
                isCounted = true;
            } else if (!isFirst || !HEADER.matcher(String.join(" ", line.cells()).toLowerCase(Locale.ROOT)).matches()) {
                join(line, places, joining);
            }
            isFirst = false;
        }
        boolean isSized = isCounted || lines.isSized();
        return relabelled ? relabelled(places, isSized) : asNumbered(places, lines, isSized);
    }

    private void join(Line line, Map<String, Integer> places, BiConsumer<Integer, Integer> joining) {
        List<String> cells = line.cells();
        if (cells.size() != 2 || cells.get(0).isEmpty() || cells.get(1).isEmpty() || cells.get(0).equals(cells.get(1))
                || !relabelled && !cells.stream().allMatch(this::isWorker)) {
            throw new IllegalArgumentException(source + " line " + line.number() + ": expected two different "
                    + (relabelled ? "numbers or names" : "workers of 0 to " + (workers - 1)) + ", got " + line.shown()
                    + (!relabelled && cells.size() == 2 ? "; " + GraphFiles.RELABEL + " behind the path takes any"
                    : ""));
        }
        joining.accept(place(cells.get(0), places, line), place(cells.get(1), places, line));
    }

    private boolean isWorker(String cell) {
        return NUMBER.matcher(cell).matches() && Long.parseLong(cell) < workers;
    }

    private int place(String end, Map<String, Integer> places, Line line) {
        String name = NUMBER.matcher(end).matches() ? Long.toString(Long.parseLong(end)) : end;
        int place = places.computeIfAbsent(name, missing -> places.size());
        if (place == workers) {
            throw new IllegalArgumentException(source + " line " + line.number() + ": expected edges between " + workers
                    + " workers, got another one, " + Shown.value(end));
        }
        return place;
    }

    private int[] asNumbered(Map<String, Integer> places, CsvLines lines, boolean isCounted) {
        int[] ends = places.keySet().stream().mapToInt(Integer::parseInt).toArray();
        if (!isCounted) {
            lines.requireWorkers(IntStream.of(ends).max().orElse(-1) + 1);
        }
        boolean[] taken = new boolean[workers];
        IntStream.of(ends).forEach(end -> taken[end] = true);
        int[] others = IntStream.range(0, workers).filter(worker -> !taken[worker]).toArray();
        return IntStream.concat(IntStream.of(ends), IntStream.of(others)).toArray();
    }

    private int[] relabelled(Map<String, Integer> places, boolean isCounted) {
        if (places.size() != workers && isCounted) {
            throw new IllegalArgumentException(source + ": expected edges of all " + workers + " workers, which "
                    + GraphFiles.RELABEL + " knows by those alone, got edges of " + places.size());
        }
        if (places.size() != workers) {
            throw new IllegalArgumentException(source + " needs " + places.size() + " workers, got " + workers);
        }
        int[] numbers = IntStream.range(0, workers).toArray();
        if (places.keySet().stream().allMatch(name -> NUMBER.matcher(name).matches())) {
            long[] ends = places.keySet().stream().mapToLong(Long::parseLong).toArray();
            int[] order = IntStream.range(0, workers).boxed()
                    .sorted((a, b) -> Long.compare(ends[a], ends[b])).mapToInt(Integer::intValue).toArray();
            IntStream.range(0, workers).forEach(worker -> numbers[order[worker]] = worker);
        }
        return numbers;
    }
}
