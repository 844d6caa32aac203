"""Rules about statements: methods not called, results thrown away, losses kept with graphs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import called, calls, loops, names, nodes, owner

_METHODS = ("zero_grad", "step", "backward", "eval", "train")
_CONTEXTS = ("no_grad", "inference_mode", "enable_grad", "GradientTape")


@rule(
    "code/method-not-called",
    "a method is named without brackets, so it is not called",
    severity="error",
    fix="Add the brackets: optimizer.step().",
    local=True,
)
def method_not_called(facts: Facts) -> Iterator[Answer]:
    for statement in nodes(facts, ast.Expr):
        value = statement.value
        if isinstance(value, ast.Attribute) and value.attr in _METHODS:
            yield Faulty(place_of(statement), f"{value.attr} is not called: brackets are missing")
        elif isinstance(value, ast.Call) and called(value) in _METHODS:
            yield Fine(place_of(statement))
    for block in nodes(facts, ast.With):
        for item in block.items:
            context = item.context_expr
            if isinstance(context, ast.Attribute) and context.attr in _CONTEXTS:
                yield Faulty(place_of(context), f"{context.attr} is not called: with stops here")


_LAYERS = {
    "Dense", "Dropout", "AlphaDropout", "BatchNormalization", "Activation", "Flatten", "Conv2D",
    "MaxPooling2D", "GlobalAveragePooling2D", "LayerNormalization", "ReLU", "LSTM", "GRU",
}  # fmt: skip
_OF_ARRAYS = ("reshape", "astype", "view", "squeeze", "unsqueeze", "permute", "flatten", "float",
              "long", "relu", "sigmoid", "tanh", "softmax")  # fmt: skip
_OF_DATASETS = ("shuffle", "batch", "map", "prefetch", "cache", "repeat", "take", "skip")
_FUNCTIONS = (
    r"^(F|nn\.functional|torch\.nn\.functional|torch|tf\.nn|keras\.ops|keras\.activations)\."
    r"(relu|elu|selu|gelu|silu|leaky_relu|tanh|sigmoid|softmax|log_softmax|dropout|max_pool\dd|"
    r"avg_pool\dd|flatten|normalize|pad|one_hot|linear|conv\dd|batch_norm|reshape|squeeze)$"
)
_ARRAY = re.compile(
    r"^(x|y|xb|yb|imgs?|images?|labels?|targets?|[xy]_?(train|test|val|valid))$", re.I
)
_DATASET = re.compile(r"(^|_)(ds|dataset|train_data|test_data|val_data)$", re.I)


@rule(
    "code/result-thrown-away",
    "the result of a function that changes nothing is thrown away",
    severity="wrong",
    fix="Assign the result: x = F.relu(x).",
    local=True,
)
def result_thrown_away(facts: Facts) -> Iterator[Answer]:
    last = {id(block.tree.body[-1]) for block in facts.program.blocks if block.tree.body}
    for statement in nodes(facts, ast.Expr):
        call = statement.value
        if not isinstance(call, ast.Call) or id(statement) in last:
            continue  # a notebook shows what a block ends in
        inplace = any(keyword.arg in ("inplace", "out") for keyword in call.keywords)
        if not inplace and _only_returns(facts, call):
            yield Faulty(place_of(call), "this changes nothing: its result is thrown away")


def _only_returns(facts: Facts, call: ast.Call) -> bool:
    """Whether a call has no effect besides its result."""
    name, function, receiver = called(call), ast.unparse(call.func), owner(call)
    if isinstance(call.func, ast.Call):
        return called(call.func) in _LAYERS and len(call.args) == 1
    if re.match(_FUNCTIONS, function):
        return True
    if re.match(r"^(np\.(expand_dims|reshape|squeeze)|tf\.(cast|reshape|expand_dims))$", function):
        return True
    if _ARRAY.match(receiver):
        moved = name in ("to", "cuda") and not facts.mentions("tokenizer|transformers")
        return name in _OF_ARRAYS or moved
    own = facts.mentions(rf"def {name}\b")
    return name in _OF_DATASETS and not own and _DATASET.search(receiver) is not None


_TO_NUMBERS = {"item", "detach", "data", "float", "numpy", "cpu"}


@rule(
    "code/loss-kept-with-its-graph",
    "losses are added up as tensors, which keep the graphs of all batches",
    severity="weak",
    fix="Add numbers: total += loss.item().",
    local=True,
)
def loss_kept_with_its_graph(facts: Facts) -> Iterator[Answer]:
    through = [ast.unparse(c) for c in nodes(facts, ast.Call) if called(c) == "backward"]
    for loop in loops(facts):
        losses = {owner(call) for call in calls(loop, "backward")}
        for node, target, added in _sums(loop):
            used = names(added)
            if not used & losses or target in losses:
                continue
            if used & _TO_NUMBERS or _is_number(loop, losses):
                yield Fine(place_of(node))
            elif not any(re.search(rf"\b{re.escape(target)}\b", text) for text in through):
                yield Faulty(place_of(node), "the sum keeps the graph of every batch in memory")


def _sums(loop: ast.AST) -> Iterator[tuple[ast.stmt, str, ast.expr]]:
    """Yield where a loop adds something to a name, the name, and what is added."""
    for node in ast.walk(loop):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            yield node, ast.unparse(node.target), node.value
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            target, value = ast.unparse(node.targets[0]), node.value
            if isinstance(value.op, ast.Add) and ast.unparse(value.left) == target:
                yield node, target, value.right


def _is_number(loop: ast.AST, losses: set[str]) -> bool:
    """Whether a loss becomes a number somewhere in a loop: ``loss = loss.item()``."""
    return any(
        isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) in losses
        and names(node.value) & {"item", "detach", "float"}
        for node in ast.walk(loop)
    )
