package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.cuda.driver.SeparateKernel;
import java.util.List;
import java.util.stream.Stream;

/**
 * A kernel that is compiled for some sizes.
 *
 * @param name its name in the source
 * @param sizes the last of its parameters, in their order, which are constants in it
 */
record SizedKernel(String name, List<Integer> sizes) implements SeparateKernel {

    @Override
    public String source() {
        return KernelSource.sized(this);
    }

    /** It has the sizes as parameters, too, whose values are not read. */
    @Override
    public Object[] after(Object... arguments) {
        return Stream.concat(Stream.of(arguments), sizes.stream()).toArray();
    }
}
