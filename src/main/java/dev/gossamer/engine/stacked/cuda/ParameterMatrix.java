package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;

/**
 * Parameters of some replicas in the memory of a GPU.
 *
 * @param layout how they lie
 * @param values address of the matrix, in FP32
 * @param rounded address of a copy of the matrix, rounded to BF16, that products read, or 0 for none; whoever writes to
 *     the matrix writes to the copy as well
 */
record ParameterMatrix(ParameterLayout layout, long values, long rounded) {

    /**
     * Reserves memory; for a copy too, where products are in BF16.
     *
     * @param what what it is for, in words
     */
    static ParameterMatrix allocate(Gpu gpu, ParameterLayout layout, String what) {
        long values = gpu.allocate(layout.bytes(Element.FP32), what);
        boolean copied = Element.ofFactors(gpu.precision()) == Element.BF16;
        return new ParameterMatrix(layout, values,
                copied ? gpu.allocate(layout.bytes(Element.BF16), what + ", in BF16") : 0);
    }

    /** Address of a parameter tensor of all replicas [n, ..], in FP32. */
    long address(Slice slice) {
        return layout.address(values, Element.FP32, slice);
    }

    /** Address of a parameter tensor as products take it: in BF16 where there is a copy, otherwise in FP32. */
    long factors(Slice slice) {
        return rounded == 0 ? address(slice) : layout.address(rounded, Element.BF16, slice);
    }
}
