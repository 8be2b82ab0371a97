package dev.gossamer.report.chart;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the workers of a picture are: grids as they are; trees that branch around their first worker, on a circle for
 * each distance from it; anything else on one circle, clockwise from the top.
 *
 * @param x from 0 at the left to 1 at the right [n]
 * @param y from 0 at the top to 1 at the bottom [n]
 */
record NodeLayout(double[] x, double[] y) {

    private static final Pattern GRID = Pattern.compile("(?:one-peer-)?grid-(\\d+)x(\\d+)\\b.*");

    static NodeLayout of(Scheme scheme) {
        Matcher grid = GRID.matcher(scheme.name());
        if (grid.matches()) {
            return grid(Integer.parseInt(grid.group(1)), Integer.parseInt(grid.group(2)));
        }
        List<TreeSet<Integer>> neighbours = neighbours(scheme);
        int ends = neighbours.stream().mapToInt(TreeSet::size).sum();
        boolean branches = neighbours.stream().anyMatch(others -> others.size() > 2);
        if (branches && ends == 2 * (scheme.workers() - 1) && scheme.isConnected()) {
            return new Tree(neighbours).layout();
        }
        return circle(scheme.workers());
    }

    /** Who exchanges something with whom at any step of a period, or of the first ones, in either
     * direction. */
    private static List<TreeSet<Integer>> neighbours(Scheme scheme) {
        List<TreeSet<Integer>> neighbours = new ArrayList<>();
        for (int i = 0; i < scheme.workers(); i++) {
            neighbours.add(new TreeSet<>());
        }
        for (int step = 0; step < scheme.period().orElse(Scheme.WINDOW); step++) {
            MixingMatrix w = scheme.at(step);
            for (int i = 0; i < w.workers(); i++) {
                for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                    if (w.column(k) != i) {
                        neighbours.get(i).add(w.column(k));
                        neighbours.get(w.column(k)).add(i);
                    }
                }
            }
        }
        return neighbours;
    }

    private static NodeLayout grid(int rows, int columns) {
        double[] x = new double[rows * columns];
        double[] y = new double[rows * columns];
        double spacing = 1.0 / Math.max(1, Math.max(rows, columns) - 1);
        for (int i = 0; i < x.length; i++) {
            x[i] = 0.5 + spacing * (i % columns - (columns - 1) / 2.0);
            y[i] = 0.5 + spacing * (i / columns - (rows - 1) / 2.0);
        }
        return new NodeLayout(x, y);
    }

    private static NodeLayout circle(int workers) {
        NodeLayout layout = new NodeLayout(new double[workers], new double[workers]);
        for (int i = 0; i < workers; i++) {
            layout.place(i, workers == 1 ? 0 : 0.5, (double) i / workers);
        }
        return layout;
    }

    /** Puts a worker at a distance from the middle, in a direction in turns clockwise from the top. */
    private void place(int worker, double radius, double turns) {
        x[worker] = 0.5 + radius * Math.sin(2 * Math.PI * turns);
        y[worker] = 0.5 - radius * Math.cos(2 * Math.PI * turns);
    }

    /** A tree around worker 0; the leaves share the circle equally. */
    private static final class Tree {

        private final List<TreeSet<Integer>> neighbours;
        private final NodeLayout layout;
        private final double ring;
        private final int leaves;
        private int leavesPlaced;

        Tree(List<TreeSet<Integer>> neighbours) {
            this.neighbours = neighbours;
            int n = neighbours.size();
            layout = new NodeLayout(new double[n], new double[n]);
            ring = 0.5 / depth(0, -1);
            leaves = (int) neighbours.subList(1, n).stream().filter(others -> others.size() == 1).count();
        }

        NodeLayout layout() {
            place(0, -1, 0);
            return layout;
        }

        private int depth(int worker, int parent) {
            int depth = 0;
            for (int child : neighbours.get(worker)) {
                if (child != parent) {
                    depth = Math.max(depth, 1 + depth(child, worker));
                }
            }
            return depth;
        }

        /** Places a worker above the middle of its children, and returns its direction. */
        private double place(int worker, int parent, int level) {
            double first = -1;
            double last = -1;
            for (int child : neighbours.get(worker)) {
                if (child != parent) {
                    last = place(child, worker, level + 1);
                    first = first < 0 ? last : first;
                }
            }
            double turns = first < 0 ? (double) leavesPlaced++ / leaves : (first + last) / 2;
            layout.place(worker, level * ring, turns);
            return turns;
        }
    }
}
