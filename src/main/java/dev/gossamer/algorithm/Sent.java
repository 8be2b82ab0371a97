package dev.gossamer.algorithm;

/**
 * What all workers together send.
 *
 * @param messages number of messages, at least 0
 * @param bytes their size in bytes, without what a network adds to them, at least 0
 */
public record Sent(long messages, long bytes) {

    /** Nothing at all. */
    public static final Sent NOTHING = new Sent(0, 0);

    /** This and something else. */
    public Sent plus(Sent other) {
        return new Sent(messages + other.messages, bytes + other.bytes);
    }
}
