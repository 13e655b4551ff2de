"""What the report says is what the data say: where, by which quantity, in which direction."""

from made_up_runs import MadeUpStudy, claim, contrasts, jitter


def add_seeds(study, batch_size, seeds=5, size=0.001, **means):
    for seed in range(1, seeds + 1):
        noise = jitter(batch_size, seed, size)
        study.add(batch_size, seed, **{name: mean + noise for name, mean in means.items()})


def test_a_headline_says_where(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size, accuracy in ((16, 0.880), (64, 0.880), (256, 0.8805), (1024, 0.873)):
        add_seeds(study, size, validation_accuracy=accuracy, size=0.0003)
    text = study.analyze().text
    assert "▼ validation accuracy: worse at 1024 (-0.7" in text
    assert "; no difference that matters at 64, 256" in text
    assert "a larger batch is worse" not in text


def test_mixed_is_called_mixed(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size, accuracy in ((16, 0.88), (64, 0.86), (1024, 0.90)):
        add_seeds(study, size, validation_accuracy=accuracy)
    text = study.analyze().text
    assert "◆ validation accuracy: mixed; better at 1024 (+" in text and "; worse at 64 (-" in text
    assert "better up to a point" not in text


def test_no_slope_is_given_through_a_step(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size, accuracy in ((16, 0.88), (32, 0.88), (64, 0.88), (128, 0.88), (256, 0.80)):
        add_seeds(study, size, validation_accuracy=accuracy)
    report = study.analyze()
    assert "validation accuracy no line fits (p < 0.0001)" in report.text
    figures = report.json["studies"][0]["recipes"][0]["larger_batch"][0]["figures"]
    assert next(f for f in figures if f["name"] == "validation_accuracy")["line_fit"]["p"] < 1e-4


def test_losses_have_one_sign(tmp_path):
    # Less loss at 64: below 0 in the table, the slope and the answer about the batch size in use alike.
    study = MadeUpStudy(tmp_path)
    none = {f"{split}_accuracy": [float("nan")] * 11 for split in ("train", "validation", "test")}
    for size, loss in ((16, 0.50), (64, 0.43), (256, 0.36)):
        for seed in range(1, 6):
            noise = jitter(size, seed, 0.001)
            study.add(size, seed, columns=none, train_loss=loss + noise, validation_loss=loss + 0.1 + noise)
    report = study.analyze("--current", "16")
    assert "▲ train loss: better from 64 on (-0.13" in report.text and "of a loss less is better" in report.text
    assert "train loss -0.0349" in report.text  # the slope
    found = contrasts(report, "train_loss")[64]
    assert found["verdict"] == "better" and found["mean"] < 0
    assert report.json["studies"][0]["recipes"][0]["what_if"]["others"][0]["train_loss"]["mean"] < 0


def test_a_claim_names_what_decided_and_the_p_that_did(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size, accuracy in ((16, 0.88), (64, 0.88), (256, 0.86)):
        add_seeds(study, size, test_accuracy=accuracy)
    report = study.analyze()
    assert "the difference is there, small − large: +1.98 [" in report.text
    assert "(small above), p < 0.0001" in report.text
    assert claim(report, "C1")["rests_on"] == ["small_less_large"]


def test_a_claim_of_two_quantities_shows_both(tmp_path):
    # Small batches need more seconds but as many examples: both stand in the line.
    study = MadeUpStudy(tmp_path)
    for size, seconds in ((16, 40), (64, 10)):
        for seed in range(1, 6):
            study.add(size, seed, seconds=seconds * (1 + jitter(size, seed, 0.01)), rows=41,
                      validation_loss=0.4 + jitter(size, seed, 0.001))
    report = study.analyze()
    assert "examples, small / medium: ratio" in report.text and "seconds, small / medium: ratio 4" in report.text


def test_a_loss_that_flattens_with_the_rate_is_not_converged(tmp_path):
    for schedule, word in (("constant", "converged"), ("cosine", "flat_with_rate")):
        folder = tmp_path / schedule
        folder.mkdir()
        study = MadeUpStudy(folder)
        for seed in range(1, 6):
            study.add(16, seed, schedule=schedule, rows=31, validation_loss=0.4 + jitter(16, seed, 0.001))
        states = {quadrant["state"] for quadrant in study.analyze().json["studies"][0]["recipes"][0]["quadrants"]}
        assert states == {word}


def test_claims_of_too_few_seeds_say_that(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size in (4, 16, 192):
        add_seeds(study, size, seeds=2, test_accuracy=0.88)
    assert claim(study.analyze(), "C8")["reason"] == "too_few_seeds"


def test_an_untrained_end_is_said_first(tmp_path):
    study = MadeUpStudy(tmp_path)
    share = [i / 10 for i in range(11)]
    for size in (16, 64):
        for seed in range(1, 6):
            level = jitter(size, seed, 0.001)
            study.add(size, seed, columns={"train_loss": [2.3 - 1.5 * s + level for s in share],
                                           "validation_loss": [2.3 - 1.4 * s + level for s in share]})
    text = study.analyze().text
    assert text.index("Every batch size is still learning at the end") < text.index("train accuracy:")


def test_a_recommendation_says_where_accuracy_disagrees(tmp_path):
    study = MadeUpStudy(tmp_path)
    for size, accuracy, seconds in ((16, 0.890, 40), (64, 0.880, 10)):
        for seed in range(1, 6):
            noise = jitter(size, seed, 0.0005)
            study.add(size, seed, validation_loss=0.4 + size / 1e4 + noise, validation_accuracy=accuracy + noise,
                      seconds=seconds * (1 + noise))
    report = study.analyze()
    assert "Recommended: batch 64" in report.text and "4 times as fast (" in report.text
    assert "By validation accuracy it is worse than batch 16: by 1" in report.text
    assert report.json["studies"][0]["recommendation"]["disagreement"]["metric"] == "accuracy"
    by_accuracy = study.analyze("--decide-by", "accuracy")
    assert "Recommended: batch 16" in by_accuracy.text
    assert by_accuracy.json["studies"][0]["recommendation"]["decided_by"] == "accuracy"
