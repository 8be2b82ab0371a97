package dev.gossamer.engine.stacked.cuda;

/**
 * How long a part of a step takes on a GPU.
 *
 * @param program what it is a part of
 * @param operation the operation with its shapes
 * @param way the way that was chosen for it, or empty where there is one only
 * @param milliseconds median time, in ms
 */
public record OperationTime(String program, String operation, String way, double milliseconds) {}
