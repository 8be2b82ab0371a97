package dev.gossamer.engine.stacked.host;

import org.bytedeco.javacpp.FloatPointer;

/** An address that changes, so that no object is made for each. */
final class MovingPointer extends FloatPointer {

    private static final long serialVersionUID = 1L;

    /** Turns to an address. */
    MovingPointer at(long address) {
        this.address = address;
        return this;
    }

    /** Turns to a value of an array. */
    MovingPointer at(FloatPointer array, long index) {
        return at(array.address() + index * Float.BYTES);
    }
}
