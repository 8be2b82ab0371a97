package dev.gossamer.data;

import java.util.List;

/** 50,000 + 10,000 colour photographs of 10 kinds of things (Krizhevsky, 2009). */
public final class Cifar10 extends CifarTask {

    static final List<String> CLASSES = List.of(
            "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    public Cifar10() {
        super("cifar-10", "cifar-10", CifarRecord.CIFAR_10,
                "cifar-10-(batches-)?mat\\w*(\\.tar\\.gz|\\.tgz|\\.zip)?|data_batch_1(\\.mat)?"
                + "|cifar-10-batches-py",
                new Layout("cifar-10-batches-py", List.of("data_batch_1", "data_batch_2", "data_batch_3",
                        "data_batch_4", "data_batch_5", "test_batch")),
                "c32a1d4ab5d03f1284b67883e8d87530");
    }

    @Override
    public List<String> classNames() {
        return CLASSES;
    }

    /**
     * As the original experiments use them: the standard deviations are those within an image, averaged over
     * images.
     */
    @Override
    public Normalization normalization() {
        return new Normalization(new double[] {0.4914, 0.4822, 0.4465}, new double[] {0.2023, 0.1994, 0.2010});
    }

    @Override
    public double divergenceLoss() {
        return 2.6;
    }

    @Override
    public String folder() {
        return "cifar-10-batches-bin";
    }

    @Override
    public List<String> files() {
        return List.of(
                "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
                "test_batch.bin");
    }
}
