"""The generator in a TensorFlow session: a variational autoencoder that sees through the agent's eyes."""

from understanding_rl_vision.agents.checkpoints import assign_params
from understanding_rl_vision.devices import session_config
from understanding_rl_vision.pictures.readable import as_unit_floats
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices, concatenate
from understanding_rl_vision.synthesize.autoencoder import decode, encode
from understanding_rl_vision.synthesize.losses import generator_losses, kl_to_prior, outputs_change, weighted_error
from understanding_rl_vision.synthesize.picture_agent import flat, num_frames
from understanding_rl_vision.tensorflow1 import building, tf

SCOPE = "generator"


class Generator:
    """A generator with its optimiser.

    agent: PictureAgent whose outputs the reconstructions should keep. picture_shape: (H, W, C).
    settings: options `filters`, `latents`, `eta`, `lambda_kl`, `learning_rate`, `seed`.
    """

    def __init__(self, agent, picture_shape, settings):
        self.agent = agent
        self.picture_shape = tuple(int(size) for size in picture_shape)
        self.num_latents = settings["latents"]
        self._filters = settings["filters"]
        with building() as self.graph:
            tf.set_random_seed(settings["seed"])
            self._pictures = tf.placeholder(tf.float32, (None,) + self.picture_shape)
            self._weights = tf.placeholder(tf.float32, (None,) + self.picture_shape[:2] + (num_frames(picture_shape),))
            self._outputs = tf.placeholder(tf.float32, (None, None))
            self._noise = tf.placeholder(tf.float32, (None, self.num_latents))
            updates = []
            self._losses, *_ = self._train_graph(settings, updates)
            self._held_out_losses, self._mean, self._log_variance, self._reconstructions = self._train_graph(
                settings, None
            )
            with tf.variable_scope("optimizer"), tf.control_dependencies(updates):
                self._step = tf.train.AdamOptimizer(settings["learning_rate"]).minimize(self._losses.total)
            self._variables = {variable.name: variable for variable in tf.global_variables()}
            self.session = tf.Session(graph=self.graph, config=session_config())
            self.session.run(tf.global_variables_initializer())

    def _train_graph(self, settings, updates):
        """Losses, mean, log variance and reconstructions of the placeholders' pictures; updates: see `encode`."""
        with tf.variable_scope(SCOPE, reuse=tf.AUTO_REUSE):
            mean, log_variance = encode(self._pictures, self._filters, self.num_latents, updates)
        reconstructions = self.decoded(mean + tf.exp(0.5 * log_variance) * self._noise, updates)
        losses = generator_losses(
            weighted_error(self._pictures, reconstructions, self._weights),
            self._change(reconstructions) if settings["eta"] else tf.zeros([1]),
            kl_to_prior(mean, log_variance),
            eta=settings["eta"],
            lambda_kl=settings["lambda_kl"],
        )
        return losses, mean, log_variance, reconstructions

    def _change(self, reconstructions):
        return outputs_change(self._outputs, flat(self.agent.tensors(reconstructions, "seen"), tf.concat))

    def decoded(self, latents, updates=None):
        """Add the decoder to the current graph, which is this generator's: pictures of latents (N, n)."""
        with tf.variable_scope(SCOPE, reuse=tf.AUTO_REUSE):
            return decode(latents, self.picture_shape, self._filters, updates)

    def update(self, pictures, weights, outputs, noise):
        """Make one step of Adam. Returns the GeneratorLosses before it.

        pictures: (N, H, W, C). weights: see `weighted_error`. outputs: of the agent for the pictures, (N, columns).
        noise: (N, n), standard normal.
        """
        return self.session.run((self._losses, self._step), self._feed(pictures, weights, outputs, noise))[0]

    def losses(self, pictures, weights, outputs, noise):
        """The GeneratorLosses with the moving averages of batch normalisation; arguments as of `update`."""
        return self.session.run(self._held_out_losses, self._feed(pictures, weights, outputs, noise))

    def _feed(self, pictures, weights, outputs, noise):
        return {
            self._pictures: as_unit_floats(pictures),
            self._weights: weights,
            self._outputs: outputs,
            self._noise: noise,
        }

    def encode(self, pictures):
        """Mean and log variance, both (N, n), of pictures (N, H, W, C)."""
        parts = [
            self.session.run((self._mean, self._log_variance), {self._pictures: as_unit_floats(pictures[rows])})
            for rows in batch_slices(len(pictures), DEFAULT_BATCH_SIZE)
        ]
        return tuple(concatenate(list(arrays)) for arrays in zip(*parts))

    def decode(self, latents):
        """Pictures (N, H, W, C), floats in [0, 1], of latents (N, n)."""
        # The latents are those of a mean, which are fed in its place, without noise.
        return concatenate(
            [
                self.session.run(
                    self._reconstructions,
                    {
                        self._mean: latents[rows],
                        self._log_variance: 0 * latents[rows],
                        self._noise: 0 * latents[rows],
                    },
                )
                for rows in batch_slices(len(latents), DEFAULT_BATCH_SIZE)
            ]
        )

    def reconstruct(self, pictures):
        """Pictures (N, H, W, C), floats in [0, 1], as the generator shows them: those of their latents' means."""
        return self.decode(self.encode(pictures)[0])

    def variables(self):
        """Name -> array of the parameters and of the optimiser's state."""
        return self.session.run(self._variables)

    def restore(self, variables):
        """Take what `variables` returned. Raises InputError when that is of another network."""
        assign_params(self.session, variables)
