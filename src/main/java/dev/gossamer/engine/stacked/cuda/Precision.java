package dev.gossamer.engine.stacked.cuda;

/** Arithmetic of convolutions and dense layers. STAND-IN: take the file of branch cuda on merging. */
public enum Precision {
    /** Full single precision. */
    FP32,
    /** Products of 10-bit mantissas, sums in single precision. */
    TF32,
    /** Products of 7-bit mantissas, sums in single precision. */
    BF16
}
