package dev.gossamer.engine.stacked.cuda;

/** A kernel that is compiled by itself; two of the same are equal. */
sealed interface SeparateKernel permits SizedKernel, UpdateKernel {

    /** Its name in the source. */
    String name();

    /** The source, with nothing that it does not need. */
    String source();

    /** All arguments of a launch. */
    default Object[] after(Object... arguments) {
        return arguments;
    }
}
