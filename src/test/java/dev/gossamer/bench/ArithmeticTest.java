package dev.gossamer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.model.Network;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class ArithmeticTest {

    private static final ImageShape COLOUR = new ImageShape(3, 32, 32);

    private static double flop(String model, ImageShape images, boolean training) {
        var network = Network.of(model, 1, 0.5)
                .configuration(images, 10, 1, DataType.FLOAT);
        return Arithmetic.flopPerImage(Compiler.compile(network, images, training));
    }

    @Test
    void vgg11TakesNineTenthsOfAGigaflop() {
        assertEquals(0.92e9, flop("vgg-11", COLOUR, true), 0.005e9);
    }

    /** Multiplications per image of every layer, counted on paper; the images need no gradient. */
    @Test
    void resNet20ByHand() {
        long stem = 32 * 32 * 16 * 3 * 9;
        long first = 6 * 32 * 32 * 16 * 16 * 9;
        long second = 16 * 16 * (32 * 16 * 9 + 5 * 32 * 32 * 9 + 32 * 16);
        long third = 8 * 8 * (64 * 32 * 9 + 5 * 64 * 64 * 9 + 64 * 32);
        long dense = 64 * 10;
        long inner = first + second + third + dense;
        assertEquals(2.0 * (stem + inner), flop("resnet-20", COLOUR, false));
        assertEquals(2.0 * (2 * stem + 3 * inner), flop("resnet-20", COLOUR, true));
    }

    @Test
    void mlpByHand() {
        assertEquals(2.0 * (2 * 784 * 5000 + 3 * 5000 * 10), flop("mlp", new ImageShape(1, 28, 28), true));
    }
}
