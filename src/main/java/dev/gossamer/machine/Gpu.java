package dev.gossamer.machine;

import java.util.Locale;

/**
 * A GPU as its driver describes it.
 *
 * @param index its number, from 0, as CUDA counts in the order of the PCI bus
 * @param name for example {@code NVIDIA H200}
 * @param capability compute capability times ten, for example 90
 * @param driver version of the driver, for example {@code 580.65.06}
 * @param memory its memory in bytes; 0 where the driver does not say, as for memory shared with the host
 */
public record Gpu(int index, String name, int capability, String driver, long memory) {

    /** Major version of the driver, for example 580. */
    public int driverMajor() {
        return Integer.parseInt(driver.split("\\.", 2)[0]);
    }

    /** A compute capability in words, for example {@code 9.0}. */
    static String capability(int capability) {
        return capability / 10 + "." + capability % 10;
    }

    /** Its compute capability in words, for example {@code 9.0}. */
    public String capabilityInWords() {
        return capability(capability);
    }

    /** Number, name, compute capability, driver and memory. */
    @Override
    public String toString() {
        return "GPU " + index + ", " + name + " (compute capability " + capabilityInWords() + ", driver " + driver
                + (memory > 0 ? String.format(Locale.ROOT, ", %.1f GB", memory / 1e9) : "") + ")";
    }
}
