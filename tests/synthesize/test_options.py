from understanding_rl_vision.synthesize.options import complete_options

# Section 4, "Implementation details".
PAPER = {
    "num_frames": 10000,
    "epsilon": 0.1,
    "filters": 32,
    "latents": 100,
    "eta": 1.0,
    "lambda_kl": 1e-4,
    "learning_rate": 1e-3,
    "batch_size": 16,
    "epochs": 2000,
    "saliency": True,
}


def test_the_generator_is_the_papers_unless_asked_for_another():
    options = complete_options({})
    assert {name: options[name] for name in PAPER} == PAPER
    assert complete_options({"eta": 0})["eta"] == 0
