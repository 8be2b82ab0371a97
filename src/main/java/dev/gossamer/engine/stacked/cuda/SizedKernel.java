package dev.gossamer.engine.stacked.cuda;

import java.util.List;

/**
 * A kernel that is compiled for some sizes.
 *
 * @param name its name in the source
 * @param sizes the last of its parameters, in their order, which are constants in it
 */
record SizedKernel(String name, List<Integer> sizes) {}
