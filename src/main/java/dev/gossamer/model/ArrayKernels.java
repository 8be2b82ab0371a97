package dev.gossamer.model;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Kernels made of ND4J operations: for every data type and backend. Temporaries are in the current workspace. */
class ArrayKernels implements Kernels {

    static final ArrayKernels INSTANCE = new ArrayKernels();

    private static final int CHANNEL = 1;
    private static final int[] ALL_BUT_CHANNEL = {0, 2, 3};

    ArrayKernels() {}

    @Override
    public void convolve(Filter filter, INDArray x, INDArray w, INDArray bias, boolean relu, INDArray y) {
        INDArray[] inputs = bias == null ? new INDArray[] {x, w} : new INDArray[] {x, w, bias};
        execute("conv2d", convolutionArguments(filter), inputs, y);
        if (relu) {
            Transforms.relu(y, false);
        }
    }

    @Override
    public void convolveBackward(
            Filter filter, INDArray x, INDArray w, INDArray y, INDArray dy, INDArray dw, INDArray dbias, INDArray dx) {
        INDArray dz = y == null ? dy : masked(y, dy);
        INDArray inputGradient = dx == null ? x.ulike() : dx;
        if (dbias == null) {
            execute("conv2d_bp", convolutionArguments(filter), new INDArray[] {x, w, dz}, inputGradient, dw);
        } else {
            INDArray[] inputs = {x, w, dbias, dz};
            execute("conv2d_bp", convolutionArguments(filter), inputs, inputGradient, dw, dbias);
        }
    }

    private static int[] convolutionArguments(Filter filter) {
        int k = filter.kernel();
        int s = filter.stride();
        int p = filter.padding();
        int explicitPadding = 0;
        int channelsFirst = 0;
        int weightsOutInKernel = 1;
        return new int[] {k, k, s, s, p, p, 1, 1, explicitPadding, channelsFirst, weightsOutInKernel};
    }

    @Override
    public void multiply(INDArray x, INDArray w, INDArray bias, boolean relu, INDArray y) {
        y.assign(x.mmul(w.transpose())).addiRowVector(bias);
        if (relu) {
            Transforms.relu(y, false);
        }
    }

    @Override
    public void multiplyBackward(
            INDArray x, INDArray w, INDArray y, INDArray dy, INDArray dw, INDArray dbias, INDArray dx) {
        INDArray dz = y == null ? dy : masked(y, dy);
        dw.assign(dz.transpose().mmul(x));
        dbias.assign(dz.sum(0));
        if (dx != null) {
            dx.assign(dz.mmul(w));
        }
    }

    @Override
    public void normalize(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics, INDArray y) {
        INDArray mean = x.mean(ALL_BUT_CHANNEL);
        Broadcast.sub(x, mean, y, CHANNEL);
        INDArray variance = y.mul(y).mean(ALL_BUT_CHANNEL);
        statistics.getRow(0).assign(mean);
        statistics.getRow(1).assign(variance.addi(BatchNormSpec.EPSILON)).assign(
                Transforms.pow(statistics.getRow(1), -0.5, true));
        scaleAndShift(y, gamma, beta, statistics, y);
        if (relu) {
            Transforms.relu(y, false);
        }
    }

    private static void scaleAndShift(
            INDArray centred, INDArray gamma, INDArray beta, INDArray statistics, INDArray result) {
        Broadcast.mul(centred, statistics.getRow(1).mul(gamma), result, CHANNEL);
        Broadcast.add(result, beta, result, CHANNEL);
    }

    @Override
    public void normalizeBackward(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics,
            INDArray dy, INDArray dgamma, INDArray dbeta, INDArray dx) {
        INDArray centred = x.ulike();
        Broadcast.sub(x, statistics.getRow(0), centred, CHANNEL);
        INDArray dz = dy;
        if (relu) {
            INDArray y = x.ulike();
            scaleAndShift(centred, gamma, beta, statistics, y);
            dz = masked(y, dy);
        }
        INDArray scale = statistics.getRow(1);
        long count = x.size(0) * x.size(2) * x.size(3);
        dbeta.assign(dz.sum(ALL_BUT_CHANNEL));
        dgamma.assign(dz.mul(centred).sum(ALL_BUT_CHANNEL).muli(scale));
        // dx = gamma scale (dz - mean(dz) - normalised x * mean(dz * normalised x))
        Broadcast.mul(centred, dgamma.mul(scale).divi(-count), dx, CHANNEL);
        Broadcast.sub(dx, dbeta.div(count), dx, CHANNEL);
        Broadcast.mul(dx.addi(dz), scale.mul(gamma), dx, CHANNEL);
    }

    @Override
    public void groupNorm(INDArray x, INDArray gamma, INDArray beta, int groups, boolean relu, INDArray y) {
        scaleAndShift(normalized(x, groups), gamma, beta, relu, y);
    }

    private static void scaleAndShift(INDArray normalized, INDArray gamma, INDArray beta, boolean relu, INDArray y) {
        Broadcast.mul(normalized, gamma, y, CHANNEL);
        Broadcast.add(y, beta, y, CHANNEL);
        if (relu) {
            Transforms.relu(y, false);
        }
    }

    /** Deviations from the mean of a group of an image, over its standard deviation. */
    private static INDArray normalized(INDArray x, int groups) {
        INDArray rows = inGroups(x, groups);
        INDArray centred = rows.subColumnVector(rows.mean(true, 1));
        return centred.muliColumnVector(inverseDeviation(rows)).reshape(x.shape());
    }

    @Override
    public void groupNormBackward(INDArray x, INDArray gamma, INDArray beta, int groups, boolean relu, INDArray dy,
            INDArray dgamma, INDArray dbeta, INDArray dx) {
        INDArray normalized = normalized(x, groups);
        INDArray dz = dy;
        if (relu) {
            INDArray y = x.ulike();
            scaleAndShift(normalized, gamma, beta, true, y);
            dz = masked(y, dy);
        }
        dbeta.assign(dz.sum(ALL_BUT_CHANNEL));
        dgamma.assign(dz.mul(normalized).sum(ALL_BUT_CHANNEL));
        INDArray scaled = x.ulike();
        Broadcast.mul(dz, gamma, scaled, CHANNEL);
        // dx = inverse (scaled - mean(scaled) - normalised mean(scaled normalised)), means over a group
        INDArray rows = inGroups(scaled, groups);
        INDArray slopes = inGroups(scaled.mul(normalized), groups).mean(true, 1);
        INDArray bends = inGroups(normalized, groups).muliColumnVector(slopes);
        rows.subiColumnVector(rows.mean(true, 1)).subi(bends).muliColumnVector(inverseDeviation(inGroups(x, groups)));
        dx.assign(rows.reshape(x.shape()));
    }

    @Override
    public void layerNorm(INDArray x, INDArray gamma, INDArray beta, INDArray y) {
        scaleAndShift(fromTokens(normalizedTokens(x), x), gamma, beta, false, y);
    }

    @Override
    public void layerNormBackward(
            INDArray x, INDArray gamma, INDArray dy, INDArray dgamma, INDArray dbeta, INDArray dx) {
        INDArray normalized = normalizedTokens(x);
        INDArray gradients = tokens(dy);
        dbeta.assign(gradients.sum(0));
        dgamma.assign(gradients.mul(normalized).sum(0));
        INDArray scaled = gradients.mulRowVector(gamma);
        INDArray slopes = scaled.mul(normalized).mean(true, 1);
        scaled = scaled.subColumnVector(scaled.mean(true, 1)).subi(normalized.mulColumnVector(slopes));
        dx.assign(fromTokens(scaled.muliColumnVector(inverseDeviation(tokens(x))), x));
    }

    private static INDArray normalizedTokens(INDArray x) {
        INDArray rows = tokens(x);
        return rows.subColumnVector(rows.mean(true, 1)).muliColumnVector(inverseDeviation(rows));
    }

    /** The channels of a pixel in a row. */
    private static INDArray tokens(INDArray x) {
        return x.permute(0, 2, 3, 1).dup('c').reshape('c', x.length() / x.size(1), x.size(1));
    }

    private static INDArray fromTokens(INDArray rows, INDArray like) {
        return rows.reshape('c', like.size(0), like.size(2), like.size(3), like.size(1)).permute(0, 3, 1, 2).dup('c');
    }

    @Override
    public void attend(INDArray x, int heads, INDArray y) {
        new ArrayAttention(x, heads).forward(y);
    }

    @Override
    public void attendBackward(INDArray x, int heads, INDArray dy, INDArray dx) {
        new ArrayAttention(x, heads).backward(dy, dx);
    }

    @Override
    public void embed(INDArray x, INDArray positions, INDArray y) {
        Broadcast.add(x, positions, y, 1, 2, 3);
    }

    @Override
    public void evoNorm(INDArray x, INDArray gamma, INDArray beta, INDArray v, int groups, INDArray y) {
        INDArray swish = x.mul(logistic(x, v));
        INDArray rows = inGroups(x, groups);
        y.assign(inGroups(swish, groups).muliColumnVector(inverseDeviation(rows)).reshape(x.shape()));
        Broadcast.mul(y, gamma, y, CHANNEL);
        Broadcast.add(y, beta, y, CHANNEL);
    }

    /** sigmoid(v x). */
    private static INDArray logistic(INDArray x, INDArray v) {
        INDArray argument = x.ulike();
        Broadcast.mul(x, v, argument, CHANNEL);
        return Transforms.sigmoid(argument, false);
    }

    /** The values of a group of an image in a row. */
    private static INDArray inGroups(INDArray x, int groups) {
        long rows = x.size(0) * groups;
        return x.reshape('c', rows, x.length() / rows);
    }

    private static INDArray inverseDeviation(INDArray rows) {
        return Transforms.pow(rows.var(false, 1).addi(GroupNormSpec.EPSILON), -0.5, false).reshape(rows.size(0), 1);
    }

    @Override
    public void evoNormBackward(INDArray x, INDArray gamma, INDArray v, int groups, INDArray dy, INDArray dgamma,
            INDArray dbeta, INDArray dv, INDArray dx) {
        INDArray rows = inGroups(x, groups);
        INDArray inverse = inverseDeviation(rows);
        INDArray logistic = logistic(x, v);
        INDArray swish = x.mul(logistic);
        INDArray scaled = inGroups(dy.dup('c'), groups).muliColumnVector(inverse).reshape(x.shape());
        dbeta.assign(dy.sum(ALL_BUT_CHANNEL));
        dgamma.assign(scaled.mul(swish).sum(ALL_BUT_CHANNEL));
        Broadcast.mul(scaled, gamma, scaled, CHANNEL);
        // bend = x sigmoid'(v x), so that d(swish)/dv = x bend and d(swish)/dx = sigmoid + v bend
        INDArray bend = swish.mul(logistic.rsub(1));
        dv.assign(scaled.mul(x).muli(bend).sum(ALL_BUT_CHANNEL));
        // the variance: dx = -(x - mean) / m inverse^2 sum(scaled swish)
        INDArray slopes = inGroups(scaled.mul(swish), groups).sum(true, 1).muli(inverse).muli(inverse);
        INDArray centred = rows.subColumnVector(rows.mean(true, 1));
        dx.assign(centred.muliColumnVector(slopes.divi(-rows.size(1))).reshape(x.shape()));
        Broadcast.mul(bend, v, bend, CHANNEL);
        dx.addi(bend.addi(logistic).muli(scaled));
    }

    @Override
    public void maxPool(Window window, INDArray x, INDArray y) {
        execute("maxpool2d", arguments(window), new INDArray[] {x}, y);
    }

    @Override
    public void maxPoolBackward(Window window, INDArray x, INDArray dy, INDArray dx) {
        execute("maxpool2d_bp", arguments(window), new INDArray[] {x, dy}, dx);
    }

    @Override
    public void averagePool(Window window, INDArray x, INDArray y) {
        execute("avgpool2d", arguments(window), new INDArray[] {x}, y);
    }

    @Override
    public void averagePoolBackward(Window window, INDArray x, INDArray dy, INDArray dx) {
        execute("avgpool2d_bp", arguments(window), new INDArray[] {x, dy}, dx);
    }

    private static int[] arguments(Window window) {
        return new int[] {window.height(), window.width(), window.stride(), window.stride(), window.padding(),
            window.padding(), 1, 1, 0, 0, 0};
    }

    @Override
    public void add(INDArray a, INDArray b, boolean relu, INDArray y) {
        a.add(b, y);
        if (relu) {
            Transforms.relu(y, false);
        }
    }

    @Override
    public void activate(ActivationFunction function, INDArray x, INDArray y) {
        y.assign(ArrayActivations.value(function, x));
    }

    @Override
    public void activateBackward(ActivationFunction function, INDArray x, INDArray dy, INDArray dx) {
        dx.assign(ArrayActivations.gradient(function, x, dy));
    }

    @Override
    public void reluBackward(INDArray y, INDArray dy, INDArray dx) {
        execute("relu_bp", new int[0], new INDArray[] {y, dy}, dx);
    }

    @Override
    public void drop(INDArray x, double probability, long seed, INDArray y) {
        float[] factors = new DropoutMask(probability, seed).factors(Math.toIntExact(x.length()));
        x.mul(Nd4j.createFromArray(factors).castTo(x.dataType()).reshape(x.shape()), y);
    }

    private INDArray masked(INDArray y, INDArray dy) {
        INDArray dz = dy.ulike();
        reluBackward(y, dy, dz);
        return dz;
    }

    private static void execute(String operation, int[] arguments, INDArray[] inputs, INDArray... outputs) {
        Nd4j.getExecutioner().exec(DynamicCustomOp.builder(operation)
                .addInputs(inputs)
                .addOutputs(outputs)
                .addIntegerArguments(arguments)
                .build());
    }
}
