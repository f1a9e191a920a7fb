/** Rules on the pre-trained model that a training job starts from. */

import type { Problem } from "#lib/core/problem";
import type { IPretrainedModel } from "#lib/kube/pretrained-model";
import { CHECKPOINT_FOLDER } from "./frameworks";
import type { TrainJobSettings } from "./schema";

/** Problems of the model; `path` is the path of the job in the file. */
export function initialModelProblems({ initialModel, framework, nodes }: TrainJobSettings, path: string): Problem[] {
  if (!initialModel) return [];
  const at = `${path}.initialModel`;
  return [
    ...(nodes > 1 && !initialModel.isOnSeveralNodes ? [onOneNode(initialModel, nodes, at)] : []),
    ...(framework.type === "torchtune" ? recipeProblems(initialModel, framework, path) : []),
  ];
}

function onOneNode({ name }: IPretrainedModel, nodes: number, path: string): Problem {
  return {
    id: "trainer.initial-model-on-one-node",
    path,
    got: `the model ${name} in a volume of one node, with ${nodes} nodes`,
    allowed: "a model that pods on several nodes can read",
    fix: `set pretrainedModels.models.${name}.place.accessMode to "ReadWriteMany", or its place to a bucket`,
  };
}

/** Recipes load safetensors from a folder. Source: TorchTune 0.6, training/checkpointing/_checkpointer.py. */
function recipeProblems(
  model: IPretrainedModel,
  { overrides }: { readonly overrides: Readonly<Record<string, string>> },
  path: string,
): Problem[] {
  const { name, format, storage } = model;
  const loadable = format === "safetensors" && storage === undefined;
  return [
    ...(loadable
      ? []
      : [
          {
            id: "trainer.initial-model-of-recipe",
            path: `${path}.initialModel`,
            got: `the model ${name}, ${format} in a ${storage ? "bucket" : "volume"}`,
            allowed: "safetensors in a volume, which recipes of TorchTune load",
            fix: 'use such a model: its place has the type "volume"',
          },
        ]),
    ...(CHECKPOINT_FOLDER in overrides
      ? [
          {
            id: "trainer.initial-model-overridden",
            path: `${path}.framework.overrides`,
            got: `${CHECKPOINT_FOLDER} together with initialModel`,
            allowed: "one of the two",
            fix: `remove ${CHECKPOINT_FOLDER}, or remove initialModel`,
          },
        ]
      : []),
  ];
}
