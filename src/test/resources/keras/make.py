"""Writes the files of this folder as model.save() of Keras 2.15 does, with attributes model_config and training_config
of the root, but without weights: python3 make.py (h5py)."""

import json

import h5py

FLOAT = {"trainable": True, "dtype": "float32"}
GLOROT = {"class_name": "GlorotUniform", "config": {"seed": None}}
ZEROS = {"class_name": "Zeros", "config": {}}


def layer(kind, name, **config):
    return {"class_name": kind, "config": {"name": name, **FLOAT, **config}}


def images(height, width, channels):
    return {"class_name": "InputLayer", "config": {"batch_input_shape": [None, height, width, channels],
            "dtype": "float32", "sparse": False, "ragged": False, "name": "images"}}


def convolution(name, filters, kernel, activation="relu", padding="same"):
    return layer("Conv2D", name, filters=filters, kernel_size=[kernel, kernel], strides=[1, 1], padding=padding,
                 data_format="channels_last", dilation_rate=[1, 1], groups=1, activation=activation, use_bias=True,
                 kernel_initializer=GLOROT, bias_initializer=ZEROS, kernel_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, kernel_constraint=None, bias_constraint=None)


def dense(name, units, activation):
    return layer("Dense", name, units=units, activation=activation, use_bias=True, kernel_initializer=GLOROT,
                 bias_initializer=ZEROS, kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None)


def pool(name):
    return layer("MaxPooling2D", name, pool_size=[2, 2], padding="valid", strides=[2, 2], data_format="channels_last")


def flatten(name):
    return layer("Flatten", name, data_format="channels_last")


def dropout(name, rate):
    return layer("Dropout", name, rate=rate, noise_shape=None, seed=None)


def inbound(node, *names):
    return {**node, "name": node["config"]["name"],
            "inbound_nodes": [[[name, 0, 0, {}] for name in names]] if names else []}


def write(path, model, loss):
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["backend"] = "tensorflow"
        if model is not None:
            file.attrs["model_config"] = json.dumps(model)
        if loss is not None:
            file.attrs["training_config"] = json.dumps(
                {"loss": loss, "metrics": ["accuracy"], "weighted_metrics": None, "loss_weights": None,
                 "optimizer_config": {"class_name": "Custom>Adam", "config": {"learning_rate": 0.001}}})


def sequential(*layers):
    return {"class_name": "Sequential", "config": {"name": "sequential", "layers": list(layers)}}


STACK = sequential(images(32, 32, 3), convolution("conv", 4, 3), pool("pool"), dropout("dropout", 0.25),
                   flatten("flatten"), dense("hidden", 16, "relu"), dense("classes", 10, "softmax"))

def separable(name, filters):
    return layer("SeparableConv2D", name, filters=filters, kernel_size=[3, 3], strides=[1, 1], padding="same",
                 data_format="channels_last", dilation_rate=[1, 1], groups=1, depth_multiplier=1, activation="relu",
                 use_bias=True, depthwise_initializer=GLOROT, pointwise_initializer=GLOROT, bias_initializer=ZEROS,
                 depthwise_regularizer=None, pointwise_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, depthwise_constraint=None, pointwise_constraint=None,
                 bias_constraint=None)


def batch_norm(name):
    return layer("BatchNormalization", name, axis=[3], momentum=0.99, epsilon=0.001, center=True, scale=True,
                 beta_initializer=ZEROS, gamma_initializer={"class_name": "Ones", "config": {}},
                 moving_mean_initializer=ZEROS, moving_variance_initializer={"class_name": "Ones", "config": {}},
                 beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None)


LAYERS = sequential(
    images(32, 32, 3), layer("ZeroPadding2D", "zeros", padding=[[1, 1], [1, 1]], data_format="channels_last"),
    convolution("conv", 4, 3, "linear", "valid"), batch_norm("norm"), layer("LeakyReLU", "leaky", alpha=0.3),
    separable("separable", 6), layer("AveragePooling2D", "mean", pool_size=[2, 2], padding="valid", strides=[2, 2],
                                     data_format="channels_last"),
    layer("ReLU", "relu", max_value=None, negative_slope=0.0, threshold=0.0), layer("ELU", "elu", alpha=1.0),
    layer("GlobalMaxPooling2D", "largest", data_format="channels_last", keepdims=False),
    dense("classes", 10, "linear"), layer("Activation", "softmax", activation="softmax"))

BLOCK = {"class_name": "Functional", "config": {"name": "model", "trainable": True, "layers": [
    inbound(images(8, 8, 3)),
    inbound(convolution("a", 4, 3), "images"),
    inbound(convolution("b", 4, 3, "linear"), "a"),
    inbound(layer("Add", "add"), "a", "b"),
    inbound(layer("Activation", "relu", activation="relu"), "add"),
    inbound(layer("GlobalAveragePooling2D", "mean", data_format="channels_last", keepdims=False), "relu"),
    inbound(dense("classes", 10, "softmax"), "mean")],
    "input_layers": [["images", 0, 0]], "output_layers": [["classes", 0, 0]]}}

write("stack.h5", STACK, "sparse_categorical_crossentropy")
write("uncompiled.h5", STACK, None)
write("squares.h5", sequential(images(32, 32, 3), flatten("flatten"), dense("classes", 10, "sigmoid")), "mse")
write("graph.h5", BLOCK, {"class_name": "CategoricalCrossentropy", "config": {"from_logits": False}})
write("hinge.h5", STACK, "hinge")
write("layers.h5", LAYERS, "categorical_crossentropy")
write("permute.h5", sequential(images(32, 32, 3), layer("Permute", "permute", dims=[3, 1, 2]), flatten("flatten"),
                               dense("classes", 10, "softmax")), None)
write("weights.h5", None, None)
