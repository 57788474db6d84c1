"""Any model of timm by "timm:NAME": its head, its stages, its preprocessing and its weights."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import huggingface_hub.constants
import pytest
import timm
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

import tl_course
from tl_course.errors import CourseError
from tl_course.models import (
    find_head,
    freeze,
    load_backbone,
    preprocessing,
    replace_head,
    stage_modules,
    stage_parameters,
    stages,
    unfreeze,
)

KINDS = {  # name: (place of the head, stages between stem and head), read from timm's sources
    "resnet10t": ("fc", 4),
    "resnetv2_50x1_bit": ("head.fc", 4),  # its head is a convolution
    "nf_regnet_b0": ("head.fc", 4),
    "regnetx_002": ("head.fc", 4),
    "convnext_atto": ("head.fc", 4),
    "efficientnet_b0": ("classifier", 7),
    "mobilenetv3_small_050": ("classifier", 6),
    "vit_tiny_patch16_224": ("head", 4),
    "deit_tiny_distilled_patch16_224": ("head", 4),
    "swin_tiny_patch4_window7_224": ("head.fc", 4),
    "mixer_s32_224": ("head", 4),
    "cait_xxs24_224": ("head", 4),
    "caformer_s18": ("head.fc.fc2", 4),  # timm has no groups for it
    "coat_tiny": ("head", 4),  # two of its layers share parameters
}
FILE = "model.safetensors"


def without_memory(name: str) -> nn.Module:
    """The model of this name, on the meta device."""
    with pytest.MonkeyPatch.context() as patch, torch.device("meta"):
        # older versions of timm compute with tensors how a model is built
        patch.setattr(torch, "linspace", partial(torch.linspace, device="cpu"))
        return timm.create_model(name)


@pytest.fixture(scope="module", params=KINDS)
def full_size(request: pytest.FixtureRequest) -> tuple[str, nn.Module]:
    return request.param, without_memory(request.param)


def test_the_head_is_where_the_logits_come_out(full_size: tuple[str, nn.Module]) -> None:
    name, model = full_size
    assert find_head(model).name == KINDS[name][0]


def test_stages_run_from_the_stem_to_the_head(full_size: tuple[str, nn.Module]) -> None:
    name, model = full_size
    between = [f"stage{number}" for number in range(1, KINDS[name][1] + 1)]
    assert stages(model) == ["stem", *between, "head"]


def test_every_parameter_is_in_exactly_one_stage(full_size: tuple[str, nn.Module]) -> None:
    _, model = full_size
    staged = [id(p) for parameters in stage_parameters(model).values() for p in parameters]
    assert sorted(staged) == sorted(id(p) for p in model.parameters())


def test_every_stage_has_parameters(full_size: tuple[str, nn.Module]) -> None:
    assert all(stage_parameters(full_size[1]).values())


def test_freezing_leaves_the_heads_alone_to_train(full_size: tuple[str, nn.Module]) -> None:
    model = freeze(full_size[1])
    classifiers = (
        model.get_classifier() if isinstance(model.get_classifier(), tuple) else (find_head(model).module,)
    )
    trainable = {id(p) for p in model.parameters() if p.requires_grad}
    assert trainable == {id(p) for module in classifiers for p in module.parameters()}


def vit(**options: object) -> nn.Module:
    torch.manual_seed(0)
    sizes = {"img_size": 32, "patch_size": 8, "embed_dim": 16, "depth": 4, "num_heads": 2}
    return timm.create_model("vit_tiny_patch16_224", **sizes, **options)


def distilled() -> nn.Module:
    torch.manual_seed(0)
    sizes = {"img_size": 32, "patch_size": 8, "embed_dim": 16, "depth": 4, "num_heads": 2}
    return timm.create_model("deit_tiny_distilled_patch16_224", **sizes)


def test_class_token_and_position_embedding_are_of_the_stem() -> None:
    model = vit()
    stem = {id(parameter) for parameter in stage_parameters(model)["stem"]}
    assert {id(model.cls_token), id(model.pos_embed)} <= stem


def test_the_last_norm_is_of_the_deepest_stage() -> None:
    model = vit()
    assert model.norm in stage_modules(model)["stage4"]


def test_both_heads_of_a_distilled_model_are_replaced() -> None:
    model = replace_head(distilled(), 6)
    assert (model.head.out_features, model.head_dist.out_features) == (6, 6)
    assert model(torch.zeros(2, 3, 32, 32)).shape == (2, 6)


def test_a_head_that_is_a_convolution_stays_one() -> None:
    model = replace_head(without_memory("resnetv2_50x1_bit"), 6)
    assert isinstance(model.head.fc, nn.Conv2d)


@pytest.mark.parametrize("build", [vit, distilled])
def test_a_step_moves_the_kept_stages_alone(build) -> None:
    model = unfreeze(freeze(build(num_classes=3) if build is vit else replace_head(build(), 3)), "stage4")
    kept = {id(p) for stage in ("stage4", "head") for p in stage_parameters(model)[stage]}
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1.0)
    nn.functional.cross_entropy(model.train()(torch.randn(2, 3, 32, 32)), torch.tensor([0, 1])).backward()
    optimizer.step()
    moved = {id(value) for name, value in model.named_parameters() if not torch.equal(before[name], value)}
    assert moved == kept


def test_a_model_without_a_head_is_told_how_to_get_one() -> None:
    with pytest.raises(CourseError, match=r"No head found.*load_backbone\(name, num_classes=\.\.\.\)"):
        find_head(vit(num_classes=0))


def test_no_module_imports_timm_before_it_is_needed() -> None:
    for path in Path(tl_course.__file__).parent.rglob("*.py"):
        lines = path.read_text("utf-8").splitlines()
        assert not [line for line in lines if line.startswith(("import timm", "from timm"))], path


# --- by name ---


def test_a_random_model_with_a_head_of_ones_own() -> None:
    model = load_backbone("timm:resnet10t", num_classes=6, weights=None)
    assert not model.training
    assert model(torch.zeros(2, 3, 64, 64)).shape == (2, 6)


def test_a_name_that_has_no_head_gets_one() -> None:
    model = load_backbone("timm:vit_small_patch14_dinov2", num_classes=6, weights=None)
    assert find_head(model).module.out_features == 6


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("timm:resnt18", "timm:resnet18"), ("timm:vit_tiny_patch16", "timm:vit_tiny_patch16_224")],
)
def test_an_unknown_name_suggests_the_nearest(typo: str, meant: str) -> None:
    with pytest.raises(
        CourseError, match=rf"Unknown backbone '{typo}'.*Did you mean.*{meant}.*timm\.list_models"
    ):
        load_backbone(typo)


def test_an_unknown_tag_lists_the_ones_there_are() -> None:
    with pytest.raises(CourseError, match=r"no weights 'v9' of timm:resnet10t.*timm:resnet10t\.c3_in1k"):
        load_backbone("timm:resnet10t.v9")


def test_weights_by_another_name_are_refused() -> None:
    with pytest.raises(CourseError, match=r"no weights 'V1'.*timm:resnet10t\.c3_in1k"):
        load_backbone("timm:resnet10t", weights="V1")


def test_a_model_without_weights_says_so() -> None:
    bare = next(name for name in timm.list_models() if not timm.models.is_model_pretrained(name))
    with pytest.raises(CourseError, match=f"timm has no weights for 'timm:{bare}'.*weights=None"):
        load_backbone(f"timm:{bare}")


# --- weights, in a local cache of the Hugging Face hub ---


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub, which is out of reach."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.delenv("TL_COURSE_BACKBONE", raising=False)
    return tmp_path


def cached_file(hub: Path, tag: str) -> Path:
    """Where the hub's cache keeps the weights of resnet10t; the folders are made."""
    repository, commit = hub / f"models--timm--resnet10t.{tag}", "0" * 40
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    (repository / "snapshots" / commit).mkdir(parents=True)
    return repository / "snapshots" / commit / FILE


@pytest.fixture
def cached(hub: Path) -> nn.Module:
    """A random model in the cache, under the name of the pretrained one."""
    torch.manual_seed(0)
    model = timm.create_model("resnet10t").eval()
    save_file(model.state_dict(), cached_file(hub, "c3_in1k"))
    return model


@pytest.mark.parametrize("name", ["timm:resnet10t", "timm:resnet10t.c3_in1k"])
def test_cached_weights_load_by_name_and_by_tag(cached: nn.Module, name: str) -> None:
    pictures = torch.rand(2, 3, 64, 64)
    assert torch.equal(load_backbone(name)(pictures), cached(pictures))


def test_a_new_head_leaves_the_cached_features(cached: nn.Module) -> None:
    model = load_backbone("timm:resnet10t", num_classes=5)
    pictures = torch.rand(2, 3, 64, 64)
    assert torch.equal(model.forward_features(pictures), cached.forward_features(pictures))


@pytest.mark.parametrize(
    "part",
    [
        "named in the call",
        FILE,
        "timm/resnet10t.c3_in1k",
        "TL_COURSE_PROFILE=pocket",
        "Connect to the network",
    ],
)
def test_without_cache_and_network_the_error_says(hub: Path, part: str) -> None:
    with pytest.raises(CourseError) as caught:
        load_backbone("timm:resnet10t")
    assert part in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>"], ids=["empty", "web page"])
def test_a_damaged_cached_file_is_named_with_the_cure(hub: Path, content: bytes) -> None:
    file = cached_file(hub, "c3_in1k")
    file.write_bytes(content)
    with pytest.raises(CourseError) as caught:
        load_backbone("timm:resnet10t")
    assert str(file) in str(caught.value)
    assert "Delete the file" in str(caught.value)


# --- preprocessing ---


@pytest.mark.parametrize(("name", "side"), [("timm:vit_tiny_patch16_224", 224), ("timm:inception_v3", 299)])
def test_preprocessing_gives_the_size_that_the_weights_were_trained_with(name: str, side: int) -> None:
    image = preprocessing(name)(Image.new("RGB", (320, 310)))
    assert image.shape == (3, side, side)
    assert image.dtype == torch.float32


def test_preprocessing_normalises_as_the_weights_want() -> None:
    gray = Image.new("RGB", (300, 300), (255, 255, 255))
    value = preprocessing("timm:vit_tiny_patch16_224")(gray).unique()
    assert value.tolist() == [1.0]  # (1 - 0.5) / 0.5, where most models have ImageNet's mean


def test_preprocessing_takes_a_tensor_as_it_takes_an_image() -> None:
    pixels = torch.randint(0, 256, (3, 80, 90), dtype=torch.uint8)
    image = Image.fromarray(pixels.permute(1, 2, 0).numpy())
    transform = preprocessing("timm:resnet10t")
    assert torch.equal(transform(pixels), transform(image))


def test_a_random_model_sees_what_the_pretrained_one_sees() -> None:
    assert repr(preprocessing("timm:resnet10t", weights=None)) == repr(preprocessing("timm:resnet10t"))


def test_preprocessing_of_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(CourseError, match="Did you mean timm:resnet10t"):
        preprocessing("timm:resnet10")
