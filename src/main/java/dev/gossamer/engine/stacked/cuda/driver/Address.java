package dev.gossamer.engine.stacked.cuda.driver;

import org.bytedeco.javacpp.Pointer;

/** An address in a GPU's memory, as the libraries' Java methods take it. Owns nothing. */
final class Address extends Pointer {

    Address(long address) {
        this.address = address;
    }
}
