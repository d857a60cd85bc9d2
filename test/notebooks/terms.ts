// The terms that the lessons teach, in the order in which they are explained: a reader who begins with 00 meets none before. Used
// by the tests of lessons.

interface Term {
  readonly term: RegExp;
  readonly lesson: string;
  /** Words of the place where it is explained. */
  readonly explained: string;
}

const term = (lesson: string, pattern: RegExp, explained: string): Term => ({ term: pattern, lesson, explained });

export const terms: readonly Term[] = [
  term("00", /\btensors?\b/i, "**tensor** is an array of numbers"),
  term("00", /\bbatch(es)?\b/i, "many images at once, a **batch**"),
  term("00", /\bchannels?\b/i, "height, width, **channels**"),
  term("00", /\blabels?\b/i, "has a **label**"),
  term("00", /\b(neural )?nets?\b/i, "A **net** (neural network"),
  term("00", /\bweights?\b/i, "its **weights** (权重)"),
  term("00", /\bloss(es)?\b/i, "one number, the **loss**"),
  term("00", /\bepochs?\b/i, "is an **epoch**"),
  term("00", /\baccuracy\b/i, "is its **accuracy**"),
  term("01", /\bstandard deviations?\b/i, "how far from the mean values typically are"),
  term("01", /\bleak(age|s|y)?\b/i, "some of the test images are in the training part too"),
  term("01", /\bvalidation\b/i, "a **validation** part"),
  term("01", /\bstratif\w+/i, "keeps each class's share in every part"),
  term("01", /\bnormali[sz]\w+/i, "`(x − mean) / std`"),
  term("01", /\bloaders?\b/i, "A **loader**"),
  term("01", /\btransforms?\b/i, "is a **transform**"),
  term("02", /\blayers?\b/i, "a chain of **layers**"),
  term("02", /\bconvolutions?\b/i, "A **convolution** moves"),
  term("02", /\bReLUs?\b/, "**ReLU** puts 0 for what is below 0"),
  term("02", /\bpooling\b/i, "**Pooling** keeps the largest"),
  term("02", /\b(fully connected|dense)\b/i, "A **fully connected** (dense) layer"),
  term("02", /\bstrides?\b/i, "the **stride** is the length of a step"),
  term("02", /\bpaddings?\b/i, "the **padding**"),
  term("02", /\blogits?\b/i, "*logits*, scores that may be any numbers"),
  term("02", /\bsoftmax\b/i, "turns them into probabilities, by *softmax*"),
  term("02", /\bcross-entropy\b/i, "**Cross-entropy** turns them into probabilities"),
  term("02", /\bparameters?\b/i, "**parameters** (参数"),
  term("02", /\bmultiply-adds?\b/i, "**multiply-adds** (乘加"),
  term("02", /\bseed(s|ed)?\b/i, "a **seed**"),
  term("02", /\boptimi[sz]ers?\b/i, "the **optimizer** (优化器)"),
  term("02", /\blearning rates?\b/i, "the **learning rate**"),
  term("02", /\bgradients?\b/i, "its **gradient** (梯度"),
  term("02", /\bcallbacks?\b/i, "A **callback**"),
  term("02", /\bfeature maps?\b/i, "its **feature maps**"),
  term("02", /\bhidden layers?\b/i, "a **hidden layer** (隐藏层"),
  term("02", /\bdropout\b/i, "**Dropout** silences units"),
  term("02", /\bbatch normali[sz]\w+/i, "**batch normalization** takes"),
  term("02", /\bevaluation mode\b/i, "In evaluation mode, dropout is off"),
  term("03", /\bbias(es)?\b/i, "one **bias**"),
  term("03", /\bsigmoids?\b/i, "a **sigmoid**"),
  term("03", /\bfloat32\b/i, "float32, with about seven digits"),
  term("03", /\bone-hot\b/i, "**One-hot** writes"),
  term("03", /\bfinite differences?\b/i, "change `w` by a small `h` to both sides"),
  term("03", /\bchain rule\b/i, "That is the **chain rule**"),
  term("03", /\bbackpropagation\b/i, "**Backpropagation** computes"),
  term("03", /\bgradient descent\b/i, "`w ← w − learningRate · gradient`"),
  term("03", /\bSGD\b/, "*stochastic* gradient descent, SGD"),
  term("03", /\bmomentum\b/i, "`velocity ← momentum · velocity + gradient`"),
  term("03", /\bvelocit(y|ies)\b/i, "its **velocity**"),
  term("04", /\bprecision\b/i, "**Precision** asks"),
  term("04", /\brecall\b/i, "**Recall**: of those that are positive"),
  term("04", /\bF1\b/, "**F1** is their harmonic mean"),
  term("04", /\bROC\b/, "upwards the share of eights that are found"),
  term("04", /\bAUC\b/, "**AUC** is the probability that"),
  term("04", /\bconfusion matri(x|ces)\b/i, "Rows are what is true, columns what was predicted"),
  term("04", /\bthresholds?\b/i, "the **threshold** (阈值)"),
  term("04", /\bfalse alarms?\b/i, "false alarms, other digits that are called eights"),
  term("04", /\bcalibrated\b/i, "then it is **calibrated**"),
  term("04", /\bbootstrap\b/i, "The **bootstrap**"),
  term("04", /\bmacro\b/i, "*Macro* averages over classes"),
  term("05", /\bslices?\b/i, "tested by a **slice**"),
  term("05", /\bGrad-CAM\b/, "**Grad-CAM** asks"),
  term("05", /\bembeddings?\b/i, "its **embedding**"),
  term("05", /\bUMAP\b/, "**UMAP** draws"),
  term("05", /\bnearest neighbours?\b/i, "The **nearest neighbours**"),
  term("05", /\bceilings?\b/i, "the **ceiling**: how good would we be"),
  term("05", /\baugment\w+/i, "**augmentation** (数据增强: pictures turned or moved"),
  term("06", /\boverfit\w*/i, "A net **overfits** when"),
  term("06", /\bunderfit\w*/i, "that is underfitting"),
  term("06", /\bgeneralisation gap\b/i, "is the **generalisation gap**"),
  term("06", /\bMLPs?\b/, "an **MLP**"),
  term("06", /\bweight decay\b/i, "with each step all weights shrink a little"),
  term("06", /\bregularisation\b/i, "a form of regularisation"),
  term("06", /\bearly stopping\b/i, "**Early stopping** (早停): end when"),
  term("06", /\bcross-validation\b/i, "Cross-validation divides the training set"),
  term("06", /\bfolds?\b/i, "into **folds** (折)"),
  term("06", /\bablations?\b/i, "try them one at a time"),
  term("06", /\bLoRA\b/, "LoRA, which learns"),
  term("07", /\bAdamW?\b/, "Adam keeps two running means"),
  term("07", /\bL2 penalt(y|ies)\b/i, "An **L2 penalty**"),
  term("07", /\bschedules?\b/i, "A schedule is a function from the epoch or the step to a rate"),
  term("07", /\bwarm-up\b/i, "**Warm-up** (预热) begins small"),
  term("07", /\brange tests?\b/i, "raise the rate with each of them"),
  term("07", /\bclipping\b/i, "which is *gradient clipping*"),
  term("07", /\btransformers?\b/i, "transformers, the nets behind large language models"),
  term("08", /\bdeploy(ed|ing|s)?\b/i, "To **deploy** (部署) a model is"),
  term("08", /\bONNX\b/, "**ONNX**: one file with both"),
  term("08", /\bsafetensors\b/, "**safetensors** holds weights only"),
  term("08", /\bonnxruntime\b/, "**onnxruntime**, a program"),
  term("08", /\boperators?\b/i, "**operators** (算子) that every runtime knows"),
  term("08", /\btolerances?\b/i, "the **tolerance** (容差)"),
  term("09", /\bquantis\w+/i, "**Quantisation** stores"),
  term("09", /\bint8\b/i, "An int8 is a whole number"),
  term("09", /\blatenc(y|ies)\b/i, "**latency**, how long one answer takes"),
  term("09", /\bactivations?\b/i, "**activations** (激活值)"),
  term("09", /\bzero points?\b/i, "a **zero point**"),
  term("09", /\bcalibration sets?\b/i, "the **calibration set** (校准集)"),
  term("09", /\bprun(e|es|ed|ing)\b/i, "**Pruning** removes what matters least"),
  term("09", /\bsparsity\b/i, "**Sparsity** (稀疏度) is"),
  term("09", /\bfine-tun\w+/i, "**fine-tuning** (微调) lets"),
  term("09", /\bfrontier\b/i, "**on the frontier** when"),
  term("10", /\bpercentiles?\b/i, "people name **percentiles**"),
  term("10", /\bp9\d\b/, "p99 is the time that"),
  term("10", /\bthroughput\b/i, "**throughput** (吞吐量), how many"),
  term("11", /\bdrift(s|ed)?\b(?! apart)/i, "is the distribution of inputs and answers still that of"),
  term("11", /\bPSI\b/, "population stability index (PSI)"),
  term("11", /\bKS\b/, "Kolmogorov–Smirnov statistic (KS)"),
  term("11", /χ²/, "χ² (卡方)"),
  term("11", /\bdelayed labels?\b/i, "a delayed label (延迟标签)"),
  term("12", /\binvarian\w+/i, "must not change the answer (invariance"),
  term("12", /\bregression tests?\b/i, "(a *regression test*"),
  term("12", /\bmutation tests?\b/i, "(a *mutation test*"),
  term("12", /\bfixtures?\b/i, "(A *fixture*"),
  term("12", /\bCI\b/, "**CI** (continuous integration)"),
  term("12", /\bJUnit\b/, "**JUnit XML**, which"),
  term("13", /\bpipelines?\b/i, "Six **stages**"),
  term("13", /\bgates?\b/i, "the lower end of the accuracy's interval, size, latency"),
  term("13", /\bmanifests?\b/i, "The **manifest** (清单) has"),
  term("13", /\bcanar(y|ies)\b/i, "the new version gets a copy of real requests"),
  term("13", /\broll(s|ed)? back\b|\brollbacks?\b/i, "backwards, in seconds"),
];

export interface LessonText {
  /** Two digits. */
  readonly lesson: string;
  /** The sources of its cells of text: the title, the short answer, and what follows. */
  readonly cells: readonly string[];
}

/**
 * What the lessons, in their order, say before they have explained it. A paragraph that names the notebook where it is explained may
 * say it, and so may the title and the short answer of the lesson that explains it: they come before its steps.
 */
export function termsTooEarly(lessons: readonly LessonText[], known: readonly Term[] = terms): string[] {
  const places = lessons.flatMap(({ lesson, cells }) => cells.map((text, i) => ({ lesson, text, isHead: i < 2 })));
  return known.flatMap(({ term: pattern, lesson, explained }) => {
    const at = places.findIndex((place) => place.lesson === lesson && place.text.includes(explained));
    if (at === -1) return [`${lesson} does not explain ${pattern} by "${explained}"`];
    return places
      .slice(0, at)
      .filter((place) => !(place.isHead && place.lesson === lesson))
      .flatMap((place) => place.text.split("\n").map((line) => ({ place, line: line.replace(/`[^`]*`/g, "") })))
      .filter(({ line }) => pattern.test(line) && !/notebook \d/i.test(line))
      .map(
        ({ place, line }) => `${place.lesson} says ${pattern}, which ${lesson} explains, in "${line.slice(0, 120)}"`,
      );
  });
}
