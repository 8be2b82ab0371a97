package dev.gossamer.bench;

/**
 * One round of a row.
 *
 * @param limits what the machine could do in that round
 * @param engine durations of the engine's steps
 */
record Round(Limits limits, StepDurations engine) {}
