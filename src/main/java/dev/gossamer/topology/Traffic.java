package dev.gossamer.topology;

/**
 * What all workers together send in a step.
 *
 * @param messages number of messages, at least 0
 * @param vectors how many parameter vectors of d values they hold in all, at least 0
 */
public record Traffic(long messages, double vectors) {

    /** Messages of one parameter vector each. */
    public static Traffic ofVectors(long messages) {
        return new Traffic(messages, messages);
    }

    /**
     * An exact average by a ring all-reduce: each worker sends 2 (n - 1) messages of d / n values (Patarasuk and Yuan,
     * "Bandwidth optimal all-reduce algorithms for clusters of workstations", 2009).
     *
     * @param workers number of workers n, at least 1
     */
    public static Traffic ofAllReduce(int workers) {
        long messages = 2L * (workers - 1) * workers;
        return new Traffic(messages, (double) messages / workers);
    }

    /** The same several times over. */
    public Traffic times(int rounds) {
        return new Traffic(rounds * messages, rounds * vectors);
    }
}
