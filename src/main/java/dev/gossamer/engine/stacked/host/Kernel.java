package dev.gossamer.engine.stacked.host;

/** An operation, ready to run on the tensors of one lane. */
@FunctionalInterface
interface Kernel {

    /** Runs it with the parameters of a replica. */
    void run(Replica replica);
}
