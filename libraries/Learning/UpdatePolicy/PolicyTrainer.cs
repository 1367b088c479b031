using System.Diagnostics;
using Pipeline.Captioner;
using Pipeline.Captioner.Checkpoints;
using Pipeline.Captioner.Networks;
using Pipeline.Contracts;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using TorchSharp;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// A captioner that learns: turns the scored captions of a step into the next version of the policy. The encoder is frozen and each picture
/// is encoded once; the reference is version 0, and decoder layers that do not learn are the same memory in both. Not thread-safe. The same
/// captions, checkpoint, machine and number of threads give the same weights, bit for bit.
/// </summary>
public sealed class PolicyTrainer : IDisposable
{
    /// <summary>Where a checkpoint keeps the optimiser's moments.</summary>
    public const string OptimiserPath = "trainer/optimiser.safetensors";

    const string ReferenceEncoder = "reference";
    const string ValueHeadPath = "trainer/value_head.safetensors";

    /// <summary>Pictures whose encodings are kept: 34 MB of them in the tiny world, 620 MB for ViT-B at 224 pixels.</summary>
    const int PicturesKept = 1024;

    readonly RunSettings settings;
    readonly CaptionModel reference;
    readonly CaptionDecoder policy;
    readonly ValueHead? valueHead;
    readonly FlatAdamW optimiser;
    readonly EncodedPictures memories = new(PicturesKept);
    readonly Func<string, float[]> pixelsOfPicture;
    TrainerState state;
    bool isBroken;

    PolicyTrainer(CaptionModel reference, TrainerState state, RunSettings settings, Func<string, float[]> pixelsOfPicture)
    {
        (this.reference, this.state, this.settings, this.pixelsOfPicture) = (reference, state, settings, pixelsOfPicture);
        var ppo = settings.Ppo;
        policy = reference.Decoder.CloneTrainable(ppo.UnfrozenLayers);
        valueHead = ppo.Advantage == AdvantageEstimator.Gae ? new(reference.Config.Decoder.Width, reference.Device) : null;
        optimiser = new(
            [
                new(TrainerFiles.Learning(policy.NamedParameters()), ppo.LearningRate),
                new(TrainerFiles.Learning(valueHead?.NamedParameters() ?? []), ppo.ValueLearningRate),
            ],
            ppo.WeightDecay, ppo.AdamBeta1, ppo.AdamBeta2, ppo.AdamEpsilon) { Steps = state.OptimiserSteps };
    }

    /// <summary>The policy's version: the step that is learned next.</summary>
    public int Version => state.Version;

    /// <summary>Makes a trainer ready for the next step.</summary>
    /// <param name="reference">The checkpoint of version 0.</param>
    /// <param name="current">
    /// The newest checkpoint, with the trainer's files beside the weights; the same as <paramref name="reference"/> before step 0.
    /// </param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="pixelsOfPicture">A picture's pixels as the encoder reads them, [3 * height * width], by its SHA-256.</param>
    /// <param name="device">Where to compute; that of <see cref="TorchRuntime"/> by default.</param>
    /// <param name="isBeginning">
    /// Whether <paramref name="current"/> is version 0 of a branch: its weights are taken, and whatever training remembered of the run that
    /// it is from is not.
    /// </param>
    /// <exception cref="SettingsException">The settings ask for what this captioner does not have.</exception>
    /// <exception cref="SafetensorsException">A tensor is missing or of a wrong shape; the message names it.</exception>
    /// <exception cref="InvalidDataException">The trainer's state is broken.</exception>
    public static PolicyTrainer Load(
        IModelFiles reference, IModelFiles current, RunSettings settings, Func<string, float[]> pixelsOfPicture, Device? device = null,
        bool isBeginning = false)
    {
        var model = CaptionModel.Load(reference, device);
        try
        {
            Require(settings, model);
            var isFirst = isBeginning || current.Name == reference.Name;
            var state = isFirst ? TrainerState.Initial(settings.Ppo) : TrainerState.Load(current);
            var trainer = new PolicyTrainer(model, state, settings, pixelsOfPicture);
            if (current.Name != reference.Name) TrainerFiles.Restore(current, trainer.policy, trainer.valueHead, trainer.optimiser, onlyPolicy: isBeginning);
            return trainer;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Learns a step.</summary>
    /// <param name="step">The step; the policy's version.</param>
    /// <param name="captions">Its captions with their scores; their order decides nothing but rounding.</param>
    /// <exception cref="InvalidOperationException">
    /// It is not this step's turn, or a caption cannot be learned from; nothing was changed.
    /// </exception>
    /// <exception cref="ArithmeticException">The gradient is not finite: the trainer must be loaded again.</exception>
    public LearningResult Learn(int step, IReadOnlyList<LearningCaption> captions)
    {
        ObjectDisposedException.ThrowIf(isBroken, this);
        if (step != state.Version)
            throw new InvalidOperationException($"The policy is at version {state.Version}: step {step} cannot be learned now.");
        using var scope = NewDisposeScope();
        var ppo = settings.Ppo;
        var clock = Stopwatch.StartNew();

        // What was sampled, and how good it was.
        var learned = ComparedCaptions.Learned(ppo.Advantage, captions);
        var batch = CaptionBatch.Create(learned, reference.Config, reference.Device);
        var memory = Memory(learned);
        var normaliser = new ScoreNormaliser(settings.Rewards, ppo, state.Rewards);
        var rewards = normaliser.Observe(learned);
        var scores = Scores(learned, rewards);

        // What the policy that is to change, and the reference that never does, say of it.
        var isStale = learned.Any(caption => caption.PolicyVersion != step);
        var (kl, proximal, values) = Measure(batch, memory, isStale);
        var (advantages, returns) = Ppo.Advantages(
            Ppo.TokenRewards(scores, kl, state.KlCoefficient, batch.Mask), values, batch.Groups, batch.Mask, ppo,
            ppo.Advantage == AdvantageEstimator.Scst ? Baselines(learned, captions, rewards) : null);
        var weights = proximal is null ? null : Ppo.ImportanceWeights(proximal, batch.BehaviourLogProbs, ppo.ImportanceWeightCap);
        var episodes = new Episodes(batch.Mask, proximal ?? batch.BehaviourLogProbs, weights, advantages, values, returns);
        var referenceTime = clock.Elapsed.TotalMilliseconds;

        // The step itself. From its first gradient on, an exception leaves a policy that is no version.
        var rate = LearningRate.Factor(ppo.Schedule, ppo.WarmupSteps, step, settings.Steps);
        isBroken = true;
        var miniBatches = Ppo.Update(
            episodes, ppo, epoch => Shuffle.Order(learned.Count, settings.Seed, step, epoch), rows => Evaluate(batch, memory, rows),
            optimiser, rate);
        isBroken = false;

        var captionKl = (kl * batch.Mask).sum(1).mean().ToDouble();
        var recorded = RecordedFigures.Of(step, settings, learned, captionKl, state.KlCoefficient);
        var metrics = StepMetrics.Of(learned, recorded, batch, episodes, scores, captionKl, miniBatches, reference.Config.Tokens.End);
        if (proximal is not null)
            foreach (var (name, value) in ImportanceFigures.Of(proximal, batch.BehaviourLogProbs, batch.Mask)) metrics[name] = value;
        var klCoefficient = KlController.Next(
            state.KlCoefficient, captionKl, learned.Count, ppo.AdaptiveKlTarget, ppo.AdaptiveKlHorizon);
        state = new(step + 1, optimiser.Steps, klCoefficient, normaliser.Moments);
        return new(state.Version, rewards, metrics, new Dictionary<string, double>
        {
            ["time/reference"] = referenceTime,
            ["time/update"] = clock.Elapsed.TotalMilliseconds - referenceTime,
        });
    }

    /// <summary>How likely the reference finds captions, see <see cref="CaptionLikelihood.LogProbs"/>. Changes nothing that is learned.</summary>
    /// <param name="captions">Each caption's picture and tokens.</param>
    public IReadOnlyList<double> ReferenceLogProbs(IReadOnlyList<(string Picture, IReadOnlyList<int> TokenIds)> captions) =>
        CaptionLikelihood.LogProbs(reference, memories, ReferenceEncoder, captions, pixelsOfPicture);

    /// <summary>
    /// The files of the policy's checkpoint: what transformers loads, and under trainer/ what training goes on from. They read the weights
    /// when they are written, so write them before the next step.
    /// </summary>
    /// <param name="metadata">Where the weights come from; in the header of model.safetensors and in the model card.</param>
    public IReadOnlyList<CheckpointFile> Checkpoint(IReadOnlyDictionary<string, string> metadata)
    {
        ObjectDisposedException.ThrowIf(isBroken, this);
        var card = new ModelCard(
            $"{settings.Name}, version {state.Version}",
            "An image captioner fine-tuned without labels: PPO on a reward, with a KL penalty to the captioner that it was made from.",
            [.. metadata.OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(fact => (fact.Key, fact.Value))]);
        return [.. CheckpointWriter.Files(reference, card, metadata, policy), .. TrainerFiles.Of(valueHead, optimiser, state)];
    }

    /// <summary>Frees everything.</summary>
    public void Dispose()
    {
        memories.Dispose();
        optimiser.Dispose();
        valueHead?.Dispose();
        policy.Dispose();
        reference.Dispose();
    }

    static void Require(RunSettings settings, CaptionModel model)
    {
        var decoder = model.Config.Decoder;
        List<string> problems = [.. RunSettingsValidator.Problems(settings)];
        if (settings.MaxNewTokens > decoder.Positions)
            problems.Add($"maxNewTokens: {settings.MaxNewTokens} is not allowed; allowed: 1 to {decoder.Positions} (decoder positions).");
        if (settings.Ppo.UnfrozenLayers > decoder.Layers)
            problems.Add($"ppo.unfrozenLayers: {settings.Ppo.UnfrozenLayers} is not allowed; allowed: -1, or 1 to {decoder.Layers}.");
        if (problems.Count > 0)
            throw new SettingsException(problems);
    }

    Tensor Memory(IEnumerable<LearningCaption> captions) =>
        memories.Of(reference, ReferenceEncoder, [.. captions.Select(caption => caption.PictureSha256)], pixelsOfPicture);

    Tensor Scores(IEnumerable<LearningCaption> captions, IReadOnlyDictionary<string, RewardNormalisation> rewards) => tensor(
        captions.Select(caption => (float)ScoreNormaliser.Score(caption.Scores, rewards, settings.Ppo.ScoreClip)).ToArray(),
        device: reference.Device);

    /// <summary>The return, penalties included, of each learned caption's greedy caption, [B].</summary>
    Tensor Baselines(
        IReadOnlyList<LearningCaption> learned, IReadOnlyList<LearningCaption> captions,
        IReadOnlyDictionary<string, RewardNormalisation> rewards)
    {
        var baselines = ComparedCaptions.Baselines(captions);
        var batch = CaptionBatch.Create(baselines, reference.Config, reference.Device);
        var (kl, _, _) = Measure(batch, Memory(baselines), isStale: false);
        var returns = (Ppo.TokenRewards(Scores(baselines, rewards), kl, state.KlCoefficient, batch.Mask) * batch.Mask).sum(1);
        return returns.index_select(0, tensor(ComparedCaptions.Rows(learned, baselines), device: reference.Device));
    }

    /// <summary>
    /// Before the first gradient, in parts of a mini-batch's size: the KL to the reference, [B, T]; ln p under the newest policy, [B, T],
    /// when an older one sampled the captions; the value head's estimates, [B, T], when there is one. The sampled estimators take the
    /// recorded log-probabilities; the full sum takes the newest policy's distributions, because those of the sampling one are not
    /// recorded.
    /// </summary>
    (Tensor Kl, Tensor? Proximal, Tensor? Values) Measure(CaptionBatch batch, Tensor memory, bool isStale)
    {
        var ppo = settings.Ppo;
        using var noGradient = no_grad();
        List<Tensor> kls = [], proximals = [], values = [];
        foreach (var part in arange(Kept(batch.Tokens.size(0)), device: memory.device).chunk(ppo.MiniBatches * ppo.GradientAccumulation))
        {
            using var scope = NewDisposeScope();
            var (tokens, behaviour) = (batch.Tokens.index_select(0, part), batch.BehaviourLogProbs.index_select(0, part));
            var (_, referenceDistribution) = Distributions(reference.Decoder, batch, memory, part);
            Tensor? hidden = null, distribution = null;
            if (isStale || valueHead is not null || ppo.KlEstimator == KlEstimator.Full)
                (hidden, distribution) = Distributions(policy, batch, memory, part);

            kls.Add((ppo.KlEstimator == KlEstimator.Full
                ? KlPenalty.Full(distribution!, referenceDistribution)
                : KlPenalty.Estimate(ppo.KlEstimator, behaviour, Taken(referenceDistribution, tokens))).MoveToOuterDisposeScope());
            if (isStale)
                proximals.Add(Taken(distribution!, tokens).MoveToOuterDisposeScope());
            if (valueHead is not null)
                values.Add(valueHead.Forward(hidden!).MoveToOuterDisposeScope());
        }

        return (cat(kls), isStale ? cat(proximals) : null, valueHead is null ? null : cat(values));
    }

    PolicyOutput Evaluate(CaptionBatch batch, Tensor memory, Tensor rows)
    {
        var (hidden, distribution) = Distributions(policy, batch, memory, rows);
        // Without a bonus the entropy is only reported: no gradient, no memory for one.
        var certain = settings.Ppo.EntropyCoefficient == 0 ? distribution.detach() : distribution;
        return new(
            Taken(distribution, batch.Tokens.index_select(0, rows)), -(certain.exp() * certain).sum(-1), valueHead?.Forward(hidden));
    }

    static (Tensor Hidden, Tensor LogSoftmax) Distributions(CaptionDecoder decoder, CaptionBatch batch, Tensor memory, Tensor rows)
    {
        var (hidden, logits) = decoder.Forward(batch.Inputs.index_select(0, rows), memory.index_select(0, rows));
        if (batch.Temperatures is not null)
            logits /= batch.Temperatures.index_select(0, rows);
        return (hidden, logits.log_softmax(-1));
    }

    static Tensor Taken(Tensor distribution, Tensor tokens) => distribution.gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
}
