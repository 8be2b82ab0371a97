package dev.gossamer.data;

import java.util.List;

/** 60,000 + 10,000 grey images of handwritten digits (LeCun, Bottou, Bengio, Haffner, 1998). */
public final class Mnist extends IdxTask {

    static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    public Mnist() {
        super("mnist", 60_000, 10_000, 0.1307, 0.3081, "MNIST");
    }

    @Override
    public List<String> classNames() {
        return DIGITS;
    }

    /** Torchvision's copy, since the authors' own server refuses downloads. */
    @Override
    public Source source() {
        return source("https://ossci-datasets.s3.amazonaws.com/mnist/",
                "f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432",
                "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c");
    }
}
