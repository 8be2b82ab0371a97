package dev.gossamer.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Normalization;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import java.nio.FloatBuffer;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class LabelSmoothingTest {

    private static final int CLASSES = 10;
    private static final ImageShape SHAPE = new ImageShape(1, 2, 2);
    private static final ImageSet IMAGES = new ImageSet(SHAPE, new byte[3 * 4], new byte[] {3, 1, 4},
            new Normalization(new double[] {0}, new double[] {1}));
    private static final Update RULE = Rules.descent(0, 0, 0);
    private static final float[] LOGITS = {1, -2, 0.5F, 3, 0, -1, 2, 0.25F, -0.5F, 4};

    private static ComputationGraphConfiguration network(String smoothing) {
        Map<Key<?>, String> texts = Map.of(Network.MODEL, "linear", Network.LABEL_SMOOTHING, smoothing);
        return Network.of(new Values(texts)).configuration(SHAPE, CLASSES, 1, DataType.FLOAT);
    }

    private static ReplicaEngine engine(String name, String smoothing) {
        return switch (name) {
            case "dl4j" -> new Dl4jEngine(() -> network(smoothing), SHAPE, CLASSES, 1, RULE, 1, 1);
            case "cpu" -> new StackedEngine(network(smoothing), SHAPE, 1, RULE, 1, HostDevice.cpu(2));
            default -> new StackedEngine(network(smoothing), SHAPE, 1, RULE, 1, HostDevice.reference());
        };
    }

    /**
     * PyTorch 1.13's CrossEntropyLoss(label_smoothing=e) in double precision of three images with these logits, which
     * are the bias, as the images are black; the gradient is that of the bias. Evaluations do without smoothing.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 4.164624812374056, '0.03025910507, -0.3318268212, 0.01835307496, -0.1097471085, -0.3222016307,"
                + " 0.004095124555, 0.08225277546, 0.01429338915, 0.00675171896, 0.6077703722'",
        "0.1, 4.125458145707389, '0.02025910507, -0.3084934879, 0.008353074961, -0.08641377513, -0.2988682973,"
                + " -0.005904875445, 0.07225277546, 0.004293389151, -0.00324828104, 0.5977703722'",
        "0.5, 3.9687914790407226, '-0.01974089493, -0.2151601545, -0.03164692504, 0.006919558207, -0.205534964,"
                + " -0.04590487544, 0.03225277546, -0.03570661085, -0.04324828104, 0.5577703722'"})
    void lossAndGradientAreThoseOfPyTorch(String smoothing, double loss, String gradient) {
        String[] expected = gradient.split(", ");
        for (String name : new String[] {"dl4j", "cpu", "reference"}) {
            try (ReplicaEngine engine = engine(name, smoothing)) {
                FloatBuffer row = FloatBuffer.allocate(SHAPE.size() * CLASSES + CLASSES);
                row.position(SHAPE.size() * CLASSES).put(LOGITS);
                engine.matrices().writeParameters(0, row.rewind());
                assertEquals(loss, engine.computeGradients(Batch.of(IMAGES, 1), 0), 1e-6, name);
                engine.matrices().read(RULE.gradients(), 0, row.rewind());
                for (int k = 0; k < CLASSES; k++) {
                    assertEquals(Double.parseDouble(expected[k]), row.get(SHAPE.size() * CLASSES + k), 1e-7, name);
                }
                assertEquals(4.164624812374056, engine.evaluate(0, IMAGES).loss(), 1e-6, name);
                assertEquals(4.164624812374056, engine.evaluate(Scoring.MEAN, IMAGES).loss(), 1e-6, name);
            }
        }
    }
}
