package dev.gossamer.engine.stacked.cuda.driver;

import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudnn;

/** A convolution as cuDNN describes it: g c channels in g groups. Owns the descriptors. */
@SuppressWarnings("deprecation") // cuDNN 9 recommends its graphs, but keeps this
final class CudnnShape implements AutoCloseable {

    private final cudnnTensorStruct x = new cudnnTensorStruct();
    private final cudnnTensorStruct y = new cudnnTensorStruct();
    private final cudnnFilterStruct weights = new cudnnFilterStruct();
    private final cudnnConvolutionStruct convolution = new cudnnConvolutionStruct();

    CudnnShape(GroupedShape shape, Precision precision) {
        try {
            describe(shape);
            math(precision == Precision.FP32 ? cudnn.CUDNN_FMA_MATH : cudnn.CUDNN_DEFAULT_MATH);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void describe(GroupedShape shape) {
        int g = shape.groups();
        Status.cudnn(cudnn.cudnnCreateTensorDescriptor(x), "cudnnCreateTensorDescriptor");
        Status.cudnn(cudnn.cudnnSetTensor4dDescriptor(x, cudnn.CUDNN_TENSOR_NCHW, cudnn.CUDNN_DATA_FLOAT,
                shape.batch(), g * shape.in(), shape.height(), shape.width()), "cudnnSetTensor4dDescriptor");
        Status.cudnn(cudnn.cudnnCreateTensorDescriptor(y), "cudnnCreateTensorDescriptor");
        Status.cudnn(cudnn.cudnnSetTensor4dDescriptor(y, cudnn.CUDNN_TENSOR_NCHW, cudnn.CUDNN_DATA_FLOAT,
                shape.batch(), g * shape.out(), shape.rows(), shape.columns()), "cudnnSetTensor4dDescriptor");
        Status.cudnn(cudnn.cudnnCreateFilterDescriptor(weights), "cudnnCreateFilterDescriptor");
        Status.cudnn(cudnn.cudnnSetFilter4dDescriptor(weights, cudnn.CUDNN_DATA_FLOAT, cudnn.CUDNN_TENSOR_NCHW,
                g * shape.out(), shape.in(), shape.kernel(), shape.kernel()), "cudnnSetFilter4dDescriptor");
        Status.cudnn(cudnn.cudnnCreateConvolutionDescriptor(convolution), "cudnnCreateConvolutionDescriptor");
        Status.cudnn(cudnn.cudnnSetConvolution2dDescriptor(convolution, shape.padding(), shape.padding(),
                shape.stride(), shape.stride(), 1, 1, cudnn.CUDNN_CROSS_CORRELATION, cudnn.CUDNN_DATA_FLOAT),
                "cudnnSetConvolution2dDescriptor");
        Status.cudnn(cudnn.cudnnSetConvolutionGroupCount(convolution, g), "cudnnSetConvolutionGroupCount");
    }

    /** Chooses how products are computed. */
    void math(int type) {
        Status.cudnn(cudnn.cudnnSetConvolutionMathType(convolution, type), "cudnnSetConvolutionMathType");
    }

    /** The input [b, g c, h, w]. */
    cudnnTensorStruct x() {
        return x;
    }

    /** The result [b, g out, h', w']. */
    cudnnTensorStruct y() {
        return y;
    }

    /** The weights [g out, c, k, k]. */
    cudnnFilterStruct weights() {
        return weights;
    }

    /** Padding, stride and groups. */
    cudnnConvolutionStruct convolution() {
        return convolution;
    }

    @Override
    public void close() {
        if (!convolution.isNull()) {
            Status.cudnn(cudnn.cudnnDestroyConvolutionDescriptor(convolution), "cudnnDestroyConvolutionDescriptor");
        }
        if (!weights.isNull()) {
            Status.cudnn(cudnn.cudnnDestroyFilterDescriptor(weights), "cudnnDestroyFilterDescriptor");
        }
        if (!y.isNull()) {
            Status.cudnn(cudnn.cudnnDestroyTensorDescriptor(y), "cudnnDestroyTensorDescriptor");
        }
        if (!x.isNull()) {
            Status.cudnn(cudnn.cudnnDestroyTensorDescriptor(x), "cudnnDestroyTensorDescriptor");
        }
    }
}
