package dev.gossamer.data;

/** Mean and standard deviations of one channel of a set of images, of pixels scaled to [0, 1]. */
final class Moments {

    final double mean;
    final double stddev;
    /** The (unbiased) standard deviation within an image, averaged over the images. */
    final double stddevWithinImages;

    private Moments(double mean, double stddev, double stddevWithinImages) {
        this.mean = mean;
        this.stddev = stddev;
        this.stddevWithinImages = stddevWithinImages;
    }

    static Moments of(ImageSet images, int channel) {
        int plane = images.shape().height() * images.shape().width();
        double sum = 0;
        double sumOfSquares = 0;
        double within = 0;
        for (int i = 0; i < images.size(); i++) {
            int start = i * images.shape().size() + channel * plane;
            long imageSum = 0;
            long imageSquares = 0;
            for (int k = start; k < start + plane; k++) {
                int pixel = images.pixels()[k] & 0xFF;
                imageSum += pixel;
                imageSquares += pixel * pixel;
            }
            double mean = imageSum / 255.0 / plane;
            double square = imageSquares / (255.0 * 255.0) / plane;
            sum += mean;
            sumOfSquares += square;
            within += Math.sqrt((square - mean * mean) * plane / (plane - 1));
        }
        double mean = sum / images.size();
        return new Moments(mean, Math.sqrt(sumOfSquares / images.size() - mean * mean), within / images.size());
    }
}
