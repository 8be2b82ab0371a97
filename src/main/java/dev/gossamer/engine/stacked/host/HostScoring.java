package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.ScoreSum;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.Workforce;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/** Scores on the cores of the host: as many chunks of images are in flight as there are threads. */
final class HostScoring implements Scoring {

    private static final int BLOCK = 4096;

    private final Lanes lanes;
    private final HostRows rows;
    private final Workforce workforce;
    private final FloatPointer mean;

    /**
     * @param lanes of the evaluation program
     * @param rows matrices of parameters
     */
    HostScoring(Lanes lanes, HostRows rows, Workforce workforce) {
        this.lanes = lanes;
        this.rows = rows;
        this.workforce = workforce;
        mean = rows.zeros(1);
    }

    @Override
    public Score score(Kept matrix, int worker, ImageSet images) {
        FloatPointer parameters = worker == MEAN ? mean(matrix) : rows.pointer(matrix);
        long start = worker == MEAN ? 0 : rows.start(worker);
        ScoreSum[] sums = new ScoreSum[ScoreSum.chunks(images)];
        workforce.forEach(sums.length, (thread, chunk) -> {
            int from = ScoreSum.start(images, chunk);
            int count = ScoreSum.start(images, chunk + 1) - from;
            Lane lane = lanes.of(thread, count);
            images.normalize(from, from + count, lane.input());
            lane.replica().readFrom(parameters, start);
            lane.run();
            FloatBuffer values = lane.logits();
            float[] logits = new float[values.capacity()];
            values.get(0, logits);
            sums[chunk] = ScoreSum.of(lane.loss(), logits, images, from, count);
        });
        return ScoreSum.total(sums, images);
    }

    private FloatPointer mean(Kept matrix) {
        FloatBuffer[] all = rows.rows(matrix).toArray(FloatBuffer[]::new);
        FloatBuffer result = mean.asBuffer();
        float[] block = new float[BLOCK];
        double[] sums = new double[BLOCK];
        for (int from = 0; from < rows.columns(); from += BLOCK) {
            int count = Math.min(BLOCK, rows.columns() - from);
            Arrays.fill(sums, 0);
            for (FloatBuffer row : all) {
                row.get(from, block, 0, count);
                for (int k = 0; k < count; k++) {
                    sums[k] += block[k];
                }
            }
            for (int k = 0; k < count; k++) {
                block[k] = (float) (sums[k] / all.length);
            }
            result.put(from, block, 0, count);
        }
        return mean;
    }
}
