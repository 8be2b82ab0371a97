package dev.gossamer.engine.stacked.cuda.driver;

import dev.gossamer.engine.stacked.cuda.driver.Gpu.GroupedConvolution;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdDataAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdFilterAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionFwdAlgoPerf_t;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;

/** Grouped convolutions by cuDNN, in one stream. Owns the descriptors of those it has handed out. */
@SuppressWarnings("deprecation") // cuDNN 9 recommends its graphs, but keeps this
final class Cudnn implements AutoCloseable {

    /** Algorithms to ask for, and most to hand out. */
    private static final int ASKED = 8;
    private static final int MOST = 3;

    private final cudnnContext handle = new cudnnContext();
    private final FloatPointer one = new FloatPointer(1f);
    private final FloatPointer zero = new FloatPointer(0f);
    private final List<CudnnShape> shapes = new ArrayList<>();
    private final Precision precision;

    /** Opens the library for the current GPU. */
    Cudnn(Precision precision) {
        this.precision = precision;
        Status.cudnn(cudnn.cudnnCreate(handle), "cudnnCreate");
    }

    /** Uses a stream. */
    void use(CUstream_st stream) {
        Status.cudnn(cudnn.cudnnSetStream(handle, stream), "cudnnSetStream");
    }

    /** What cuDNN says about one of its algorithms. */
    private record Algorithm(int number, int status, long memory, int determinism, int math) {}

    /**
     * The algorithms that should be fastest, of those that need no more workspace than given and give the same result
     * each time. None in BF16, as the values are FP32.
     */
    List<GroupedConvolution> convolutions(GroupedShape shape, long workspace) {
        if (precision == Precision.BF16) {
            return List.of();
        }
        CudnnShape described = new CudnnShape(shape, precision);
        shapes.add(described);
        return algorithms(described, shape.pass()).stream()
                .filter(found -> found.status == cudnn.CUDNN_STATUS_SUCCESS && found.memory <= workspace)
                .filter(found -> found.determinism == cudnn.CUDNN_DETERMINISTIC)
                .limit(MOST)
                .<GroupedConvolution>map(found -> new Convolution(described, shape.pass(), found))
                .toList();
    }

    private List<Algorithm> algorithms(CudnnShape shape, GroupedShape.Pass pass) {
        return switch (pass) {
            case FORWARD -> forward(shape);
            case WEIGHTS -> backwardWeights(shape);
            case DATA -> backwardData(shape);
        };
    }

    private List<Algorithm> forward(CudnnShape shape) {
        int[] count = new int[1];
        try (cudnnConvolutionFwdAlgoPerf_t found = new cudnnConvolutionFwdAlgoPerf_t(ASKED)) {
            Status.cudnn(cudnn.cudnnGetConvolutionForwardAlgorithm_v7(
                    handle, shape.x(), shape.weights(), shape.convolution(), shape.y(), ASKED, count, found),
                    "cudnnGetConvolutionForwardAlgorithm_v7");
            return list(count[0], i -> {
                found.position(i);
                return new Algorithm(
                        found.algo(), found.status(), found.memory(), found.determinism(), found.mathType());
            });
        }
    }

    private List<Algorithm> backwardWeights(CudnnShape shape) {
        int[] count = new int[1];
        try (cudnnConvolutionBwdFilterAlgoPerf_t found = new cudnnConvolutionBwdFilterAlgoPerf_t(ASKED)) {
            Status.cudnn(cudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                    handle, shape.x(), shape.y(), shape.convolution(), shape.weights(), ASKED, count, found),
                    "cudnnGetConvolutionBackwardFilterAlgorithm_v7");
            return list(count[0], i -> {
                found.position(i);
                return new Algorithm(
                        found.algo(), found.status(), found.memory(), found.determinism(), found.mathType());
            });
        }
    }

    private List<Algorithm> backwardData(CudnnShape shape) {
        int[] count = new int[1];
        try (cudnnConvolutionBwdDataAlgoPerf_t found = new cudnnConvolutionBwdDataAlgoPerf_t(ASKED)) {
            Status.cudnn(cudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
                    handle, shape.weights(), shape.y(), shape.convolution(), shape.x(), ASKED, count, found),
                    "cudnnGetConvolutionBackwardDataAlgorithm_v7");
            return list(count[0], i -> {
                found.position(i);
                return new Algorithm(
                        found.algo(), found.status(), found.memory(), found.determinism(), found.mathType());
            });
        }
    }

    private static List<Algorithm> list(int count, IntFunction<Algorithm> element) {
        List<Algorithm> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(element.apply(i));
        }
        return all;
    }

    /** A pass by one algorithm. */
    private final class Convolution implements GroupedConvolution {

        private final CudnnShape shape;
        private final GroupedShape.Pass pass;
        private final Algorithm algorithm;

        Convolution(CudnnShape shape, GroupedShape.Pass pass, Algorithm algorithm) {
            this.shape = shape;
            this.pass = pass;
            this.algorithm = algorithm;
        }

        @Override
        public String name() {
            return LIBRARY + " algorithm " + algorithm.number + " (math " + algorithm.math + ")";
        }

        @Override
        public void run(long x, long weights, long y, long workspace) {
            if (precision != Precision.FP32) {
                shape.math(algorithm.math);
            }
            Address scratch = new Address(workspace);
            switch (pass) {
                case FORWARD -> Status.cudnn(cudnn.cudnnConvolutionForward(handle, one, shape.x(), new Address(x),
                        shape.weights(), new Address(weights), shape.convolution(), algorithm.number, scratch,
                        algorithm.memory, zero, shape.y(), new Address(y)), "cudnnConvolutionForward");
                case WEIGHTS -> Status.cudnn(cudnn.cudnnConvolutionBackwardFilter(handle, one, shape.x(),
                        new Address(x), shape.y(), new Address(y), shape.convolution(), algorithm.number, scratch,
                        algorithm.memory, zero, shape.weights(), new Address(weights)),
                        "cudnnConvolutionBackwardFilter");
                case DATA -> Status.cudnn(cudnn.cudnnConvolutionBackwardData(handle, one, shape.weights(),
                        new Address(weights), shape.y(), new Address(y), shape.convolution(), algorithm.number, scratch,
                        algorithm.memory, zero, shape.x(), new Address(x)), "cudnnConvolutionBackwardData");
            }
        }
    }

    @Override
    public void close() {
        shapes.forEach(CudnnShape::close);
        one.close();
        zero.close();
        Status.cudnn(cudnn.cudnnDestroy(handle), "cudnnDestroy");
    }
}
