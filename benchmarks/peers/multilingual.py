"""multilingual-e5-small as sentence-transformers loads it, from the weights the product reads.

The official weights are on the model hub; these are the same at four bits, so that a peer has the
very model of the product, on PyTorch, and nothing is fetched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.model.bert import PARTS, TENSORS
from index.model.origin import LARGE, find
from index.model.weights import Weights

__all__ = ["written"]

_WORDS = "emb.word"
_PROMPTS = {"query": "query: ", "document": "passage: "}


def written(folder: Path) -> Path:
    """Return the folder of the model; write it if it is not there."""
    if (folder / "modules.json").is_file():
        return folder
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    weights = Weights(find(LARGE).path)
    inner = folder.with_name(f"{folder.name}.inner")
    _network(weights).save_pretrained(str(inner))
    _tokenizer(weights).save_pretrained(str(inner))
    network = Transformer(str(inner), max_seq_length=weights.positions)
    pooling = Pooling(weights.hidden, pooling_mode="mean")
    model = SentenceTransformer(modules=[network, pooling, Normalize()], prompts=_PROMPTS)
    model.save_pretrained(str(folder), create_model_card=False)
    return folder


def _network(weights: Weights) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    pieces = len(weights.tensor(_WORDS)) // weights.hidden
    model = BertModel(
        BertConfig(
            vocab_size=pieces,
            hidden_size=weights.hidden,
            num_hidden_layers=weights.layers,
            num_attention_heads=weights.heads,
            intermediate_size=len(weights.tensor("l0.fi.b")),
            max_position_embeddings=weights.positions,
            layer_norm_eps=weights.epsilon,
        ),
        add_pooling_layer=False,
    )
    names = {_WORDS: "embeddings.word_embeddings.weight"}
    for short, long in TENSORS.items():
        if long.endswith("weight"):
            names[short] = long
            continue
        of_layers = not short.startswith("emb.")
        for number in range(weights.layers if of_layers else 1):
            ours, theirs = (f"l{number}.", f"encoder.layer.{number}.") if of_layers else ("", "")
            for part, whole in PARTS.items():
                names[f"{ours}{short}.{part}"] = f"{theirs}{long}.{whole}"
    state = model.state_dict()
    for ours, theirs in names.items():
        numbers = torch.from_numpy(weights.tensor(ours))
        state[theirs].copy_(numbers.reshape(state[theirs].shape))
    return model


def _tokenizer(weights: Weights) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    found = weights.vocabulary()
    scored = list(zip(found.pieces, found.scores.tolist(), strict=True))
    engine = Tokenizer(models.Unigram(scored, unk_id=found.unknown))
    engine.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    engine.pre_tokenizer = pre_tokenizers.Metaspace()
    begin, end = found.pieces[found.begin], found.pieces[found.end]
    engine.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, found.begin), (end, found.end)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=engine,
        bos_token=begin,
        eos_token=end,
        pad_token=found.pieces[found.pad],
        unk_token=found.pieces[found.unknown],
        model_max_length=weights.positions,
    )
