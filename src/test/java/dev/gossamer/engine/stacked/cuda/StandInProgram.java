package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.gpu.CudaLibraries;
import java.util.Locale;

/** What {@link StandInsTest} runs as processes with stand-ins for CUDA's libraries. */
final class StandInProgram {

    private StandInProgram() {}

    public static void main(String[] arguments) {
        CudaLibraries.find().load();
        Precision precision = Precision.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        CudaDevice device = CudaDevice.open(0, precision);
        for (CudaSelfTest.Row row : CudaSelfTest.run(device, precision)) {
            System.out.println(row + " " + row.ok());
        }
    }
}
