package dev.gossamer.machine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A library of CUDA that was found.
 *
 * @param name file name by which programs ask for it, for example {@code libcublas.so.13}
 * @param file where it is; empty where it is in a jar on the class path
 * @param version as far as file names tell it, for example {@code 13.0.96}
 */
public record CudaLibrary(String name, Optional<Path> file, String version) {

    /** The file, or that it is on the class path. */
    public String place() {
        return file.map(Path::toString).orElse("class path");
    }
}
