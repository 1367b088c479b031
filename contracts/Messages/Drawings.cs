using System.Text.Json.Serialization;

namespace Pipeline.Contracts;

/// <summary>Everything besides caption and seed that decides what a picture looks like.</summary>
/// <param name="Model">What drew: SHA-256 of the manifest of the drawing model's files, which lies in the blob store.</param>
/// <param name="Scheduler">The sampler: <c>ddim</c>, <c>pndm</c>, <c>euler</c> or <c>dpmsolver++</c>.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Guidance">Classifier-free guidance scale; 1: none.</param>
/// <param name="NegativePrompt">What guidance steered away from.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record DrawingRecipe(
    string Model, string Scheduler, int Steps, double Guidance, string NegativePrompt, int Height, int Width);

/// <summary>One drawn picture.</summary>
/// <param name="Sample">Which of the caption's pictures, from 0.</param>
/// <param name="Seed">Key of its noise, see <see cref="Ids.DrawingSeed"/>; 0 to 2^53 - 1.</param>
/// <param name="Sha256">The picture (PNG), by the SHA-256 of its file in the blob store; null when it is invalid.</param>
/// <param name="Invalid">
/// Why it is no picture, such as numbers that are not finite, or all black as safety filters answer; null when it is valid. An invalid
/// picture is never scored.
/// </param>
public sealed record RenderedImage(int Sample, long Seed, string? Sha256, string? Invalid = null);

/// <summary>Command to Diffusion: draw these captions.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step or the evaluated version.</param>
/// <param name="BatchId">The micro-batch that the captions were sampled in.</param>
/// <param name="Rewards">The rewards that wait for the pictures.</param>
/// <param name="Drawing">How to draw.</param>
/// <param name="FirstSample">The first of the samples to draw, from 0.</param>
/// <param name="Count">How many samples of each caption; at least 1.</param>
/// <param name="Captions">The captions, at least one; they are drawn together, in this order.</param>
/// <param name="Replay">Whether a replay asks: <paramref name="RunId"/> is the replay's id then, and nothing is recorded with the captions.</param>
public sealed record RenderImages(
    Guid RunId, int Step, Guid BatchId, IReadOnlyList<string> Rewards, DrawingSettings Drawing, int FirstSample, int Count,
    IReadOnlyList<CaptionSampled> Captions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Replay = false);

/// <summary>Event: samples of a caption were drawn, or found drawn already.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Step">Its step, or the version it evaluates.</param>
/// <param name="Drawing">SHA-256 over text, seeds and recipe: equal drawings are drawn once, see <see cref="DrawingStored"/>.</param>
/// <param name="Recipe">What decided the pictures besides the text.</param>
/// <param name="Images">The pictures, in the order of their samples; at least one.</param>
public sealed record ImagesRendered(
    Guid CaptionId, Guid RunId, int Step, string Drawing, DrawingRecipe Recipe, IReadOnlyList<RenderedImage> Images);

/// <summary>Event of stream <c>drawing-{hash}</c>: what was drawn, for whichever caption asks for the same again.</summary>
/// <param name="Drawing">SHA-256 of the canonical JSON of text, seeds and recipe.</param>
/// <param name="Text">What was drawn.</param>
/// <param name="Recipe">How.</param>
/// <param name="Images">The pictures.</param>
public sealed record DrawingStored(string Drawing, string Text, DrawingRecipe Recipe, IReadOnlyList<RenderedImage> Images);

/// <summary>A caption and pictures of it.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="Text">What it says.</param>
/// <param name="PictureSha256">The picture that it describes.</param>
/// <param name="Images">What was drawn of it in this round.</param>
public sealed record RenderedCaption(Guid CaptionId, string Text, string PictureSha256, IReadOnlyList<RenderedImage> Images);

/// <summary>Published by Diffusion: captions were drawn. Rewards that look at pictures score them.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step or the evaluated version.</param>
/// <param name="BatchId">The micro-batch that the captions were sampled in.</param>
/// <param name="Rewards">The rewards that wait for the pictures; a reward service ignores messages that do not name it.</param>
/// <param name="Drawing">How the run wants captions drawn.</param>
/// <param name="Captions">The captions and this round's pictures, in the command's order.</param>
/// <param name="ElapsedMs">How long the work took, in milliseconds; not part of the history.</param>
/// <param name="Replay">Whether a replay asks: <paramref name="RunId"/> is the replay's id then, and nothing is recorded with the captions.</param>
/// <param name="Recipe">What decided the pictures that were drawn for a replay, of which no caption's event tells; else null.</param>
public sealed record CaptionsRendered(
    Guid RunId, int Step, Guid BatchId, IReadOnlyList<string> Rewards, DrawingSettings Drawing, IReadOnlyList<RenderedCaption> Captions,
    double ElapsedMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Replay = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrawingRecipe? Recipe = null);
