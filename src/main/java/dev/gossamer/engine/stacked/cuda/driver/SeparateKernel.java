package dev.gossamer.engine.stacked.cuda.driver;

/** A kernel that is compiled by itself; two of the same are equal. */
public interface SeparateKernel {

    /** Its name in the source. */
    String name();

    /** The source, with nothing that it does not need. */
    String source();

    /** All arguments of a launch. */
    default Object[] after(Object... arguments) {
        return arguments;
    }
}
