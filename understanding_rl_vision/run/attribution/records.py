"""Attribution of each output to one layer in each trajectory: the images of it, and the numbers beside them."""

import collections
import functools

import numpy as np

from understanding_rl_vision.pictures.frames import Film
from understanding_rl_vision.pictures.png import encode_attribution, encode_one_hue
from understanding_rl_vision.pictures.readable import as_unit_floats
from understanding_rl_vision.pictures.sheets import attribution_layout, frames_per_sheet, sheet_name
from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.rl_util.colours import channel_hues
from understanding_rl_vision.rl_util.distinct_hues import feature_hues
from understanding_rl_vision.rl_util.layers import file_name
from understanding_rl_vision.run.attribution import outputs as attr
from understanding_rl_vision.run.attribution.images import (
    SIGNS,
    attribution_images,
    image_names,
    normalisation,
)
from understanding_rl_vision.run.attribution.store import AttributionStore
from understanding_rl_vision.run.attribution.values import write_values
from understanding_rl_vision.threads import ahead

# Attribution of one Output to one layer in one trajectory, as the page needs it. stem: what names of its files begin
# with; images: AttributionImages; layout: their SheetLayout. channel_sums (T, K) and residual_sums (T,): attribution
# added up over the positions of the layer; baseline: the output with the layer zeroed; gaps (T,): what integration
# missed of the output beyond that; explained (T,): the output beyond it; shares (T,): what the
# largest pairs of position and channel hold of it, see `sparsity`; sizes (T,): the largest of those pairs. All None
# for the input layer. values: name of the first file of `values`, None where there is none.
Record = collections.namedtuple(
    "Record",
    "output stem images layout channel_sums residual_sums baseline gaps explained shares sizes values",
    defaults=(None,),
)

# Attribution of some Outputs. store: an AttributionStore of it; zeroed: (outputs, T), the outputs without the layer.
Attributed = collections.namedtuple("Attributed", "outputs store zeroed")

# file: name of its first sheet and of its filmstrip; sign: one of SIGNS; name: one of `image_names`; scale: the
# attribution of a position that has full brightness.
AttributionImage = collections.namedtuple("AttributionImage", "file sign name scale")


def attributed(layer, observations, actions, agent, outputs, options):
    """The Attributed of an agent's outputs to a Layer over frames (T, H, W, C). actions: (T,), taken after them."""
    batch_size = options["batch_size"]
    batches = batch_slices(len(observations), batch_size)
    computed = [output for output in outputs if output != attr.TAKEN]

    def raw_attributions(rows):
        return attr.raw_attributions(
            agent,
            computed,
            layer.node,
            as_unit_floats(observations[rows]),
            rule=options["attr_rule"],
            integrate_steps=options["attr_integrate_steps"],
            exact=options["attr_exact"],
            batch_size=batch_size,
            directions=layer.directions,
            max_paths=options["attr_max_paths"],
        )

    store, zeroed = None, np.zeros((len(outputs), len(observations)))
    for rows, raw in zip(batches, ahead(raw_attributions, batches)):
        images = as_unit_floats(observations[rows])
        of_actions = _OfActionTaken(actions[rows])
        for output, array in zip(computed, raw):
            i = outputs.index(output)
            if layer.directions is None:
                attribution = attr.unreduced(array)
            else:
                attribution = attr.reduced(array, layer.directions)
                zeroed[i, rows] = attr.baseline(agent, output, layer.node, images, batch_size=batch_size)
            store = store or AttributionStore(len(outputs), len(observations), attribution.channel_maps.shape[1:])
            store.put_maps(i, rows, attribution)
            of_actions.take(output, attribution, zeroed[i, rows])
        if attr.TAKEN in outputs:
            i = outputs.index(attr.TAKEN)
            store.put_maps(i, rows, of_actions.attribution)
            zeroed[i, rows] = of_actions.zeroed
    return Attributed(outputs, store, zeroed)


class _OfActionTaken:
    """The Attribution of the actions (T,) taken, at each frame that of one logit, and the logits without the layer."""

    def __init__(self, actions):
        self._actions, self.attribution, self.zeroed = actions, None, np.zeros(len(actions))

    def take(self, output, attribution, zeroed):
        """Take from the Attribution of an Output what is of the action taken."""
        if output.type != "action":
            return
        if self.attribution is None:
            self.attribution = attr.Attribution(*map(np.zeros_like, attribution))
        taken = self._actions == output.data
        for part, of_output in zip(self.attribution, attribution):
            part[taken] = of_output[taken]
        self.zeroed[taken] = zeroed[taken]


def _image_file(stem, sign, name):
    return "{}_{}_{}.png".format(stem, sign, name)


def _hues(layer, channels, options):
    """The colours of a layer's channels: those of the legend, or for the input evenly spaced ones."""
    if layer.directions is None:
        return channel_hues(channels)
    return feature_hues(options["nmf_features"], options["feature_colors"])[:channels]


def _write_images(record, store, output_index, single_channels, hues, work):
    """Write the sheets and filmstrips of every sign and name of a Record, and the values that they show."""
    films, layout, scale = {}, record.layout, record.images[0].scale
    for sheet, rows in enumerate(batch_slices(store.frames, frames_per_sheet(layout))):
        channel_maps, residual_map = store.get_maps(output_index, rows)
        if record.values is not None:
            name = work.subdirs["attribution_values"] + sheet_name(record.values, sheet)
            write_values(work.writer, name, channel_maps, residual_map)
        for image in attribution_images(channel_maps / scale, residual_map / scale, single_channels, hues):
            file = _image_file(record.stem, image.sign, image.name)
            if file not in films:
                encode = encode_attribution
                if image.colours is not None:
                    encode = functools.partial(encode_one_hue, colours=image.colours)
                paths = [work.subdirs[name] + file for name in ("attribution", "attribution_scrub")]
                films[file] = Film(work.writer, paths, layout, work.options["scrub_range"], encode)
            films[file].write_sheet(image.pixels)
    for film in films.values():
        film.write_strip()


def records(layer, trajectory, found, output_values, work, finish):
    """Attribution to a Layer in one trajectory: a Record for each output; the writer makes the images.

    trajectory: its index; found: its Attributed; output_values: (outputs, T), the outputs of these frames; work: a
    PageWork; finish: function that is called with the Records once all images have been given to the writer.
    """
    outputs, store, zeroed = found
    single_channels = work.options["attr_single_channels"] and layer.directions is not None
    layout = attribution_layout(store.width, store.height, work.most_frames)
    count = store.channel_sums.shape[-1]
    names, hues = image_names(count, single_channels), _hues(layer, count, work.options)
    made = []
    for i, output in enumerate(outputs):
        stem = "{}_{}_{}".format(file_name(layer.name), trajectory, output.name)
        scale = normalisation(store.largest[i], store.size[i])
        images = [
            AttributionImage(_image_file(stem, sign, name), sign, name, scale) for sign in SIGNS for name in names
        ]
        sums = [None] * 7
        if layer.directions is not None:
            explained = output_values[i] - zeroed[i]
            gaps = explained - store.totals[i]
            sums = [
                store.channel_sums[i],
                store.residual_sums[i],
                float(np.mean(zeroed[i])),
                gaps,
                explained,
                store.shares[i],
                store.size[i],
            ]
        values = "{}.js".format(stem) if single_channels and count else None
        made.append(Record(output, stem, images, layout, *sums, values))

    def write(i):
        _write_images(made[i], store, i, single_channels, hues, work)
        if i == len(made) - 1:
            finish(made)

    for i in range(len(made)):
        work.writer.make(write, i)
    return made
