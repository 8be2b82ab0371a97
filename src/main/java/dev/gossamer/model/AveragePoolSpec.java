package dev.gossamer.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** Average over all pixels: [b, c, h, w] to [b, c]. */
public final class AveragePoolSpec extends LayerSpec {

    @Override
    ModelLayer<?> create(NeuralNetConfiguration conf, DataType type) {
        return new AveragePoolLayer(conf, type);
    }
}
