// Losses, in double precision, as the largest logit may be far from the others.

// Index of the first largest logit; sum receives the sum of the exponentials of the differences to it.
static __device__ uint soft_max(const float* logits, uint classes, double* sum) {
    uint largest = 0;
    for (uint k = 1; k < classes; k++) {
        largest = logits[k] > logits[largest] ? k : largest;
    }
    *sum = 0;
    for (uint k = 0; k < classes; k++) {
        *sum += exp((double) logits[k] - logits[largest]);
    }
    return largest;
}

// logits and gradient [b, n, classes], labels [n, b]; losses [n, b] of the images. The gradient is that of the mean. All
// classes alike are a share of the target; without, a logit of minus infinity counts nothing.
extern "C" __global__ void cross_entropy(
        const float* logits, const int* labels, float* gradient, double* losses, float smoothing, uint batch,
        uint workers, uint classes, uint count) {
    double other = (double) smoothing / classes;
    double own = 1 - (double) smoothing + other;
    FOR_EACH(i, count) {
        uint image = i % workers * batch + i / workers;
        const float* row = logits + i * classes;
        double sum;
        double shift = row[soft_max(row, classes, &sum)];
        int label = labels[image];
        double all = 0;
        for (uint k = 0; k < classes; k++) {
            double share = exp(row[k] - shift) / sum;
            gradient[i * classes + k] = (float) ((share - (k == (uint) label ? own : other)) / batch);
            all += row[k];
        }
        double target = smoothing == 0 ? row[label] : (own - other) * row[label] + other * all;
        losses[image] = shift + log(sum) - target;
    }
}

// The same for the mean over the classes of squared differences to the target.
extern "C" __global__ void squared_error(
        const float* outputs, const int* labels, float* gradient, double* losses, float smoothing, uint batch,
        uint workers, uint classes, uint count) {
    double other = (double) smoothing / classes;
    double own = 1 - (double) smoothing + other;
    FOR_EACH(i, count) {
        uint image = i % workers * batch + i / workers;
        double sum = 0;
        for (uint k = 0; k < classes; k++) {
            double difference = outputs[i * classes + k] - (k == (uint) labels[image] ? own : other);
            gradient[i * classes + k] = (float) (2 * difference / classes / batch);
            sum += difference * difference;
        }
        losses[image] = sum / classes;
    }
}

// Means [n] of losses [n, b].
extern "C" __global__ void mean_losses(const double* losses, double* means, uint batch, uint count) {
    FOR_EACH(i, count) {
        double sum = 0;
        for (uint k = 0; k < batch; k++) {
            sum += losses[i * batch + k];
        }
        means[i] = sum / batch;
    }
}

// Loss and predicted class of the images first + p b + i of a set: logits [b, p, classes].
extern "C" __global__ void score(
        const float* logits, const int* labels, double* losses, int* predicted, uint first, uint batch,
        uint parts, uint classes, uint count) {
    FOR_EACH(i, count) {
        uint image = first + i % parts * batch + i / parts;
        const float* row = logits + i * classes;
        double sum;
        uint largest = soft_max(row, classes, &sum);
        losses[image] = row[largest] + log(sum) - row[labels[image]];
        predicted[image] = largest;
    }
}

// The same with squared_error's loss.
extern "C" __global__ void score_squares(
        const float* outputs, const int* labels, double* losses, int* predicted, uint first, uint batch,
        uint parts, uint classes, uint count) {
    FOR_EACH(i, count) {
        uint image = first + i % parts * batch + i / parts;
        const float* row = outputs + i * classes;
        uint largest = 0;
        double sum = 0;
        for (uint k = 0; k < classes; k++) {
            largest = row[k] > row[largest] ? k : largest;
            double difference = row[k] - (k == (uint) labels[image] ? 1.0 : 0.0);
            sum += difference * difference;
        }
        losses[image] = sum / classes;
        predicted[image] = largest;
    }
}
