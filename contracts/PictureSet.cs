namespace Pipeline.Contracts;

/// <summary>
/// A named set of pictures. Its SHA-256 (of its canonical JSON) names it in a run's settings, so it fixes every byte that a run looks at.
/// </summary>
/// <param name="Name">A name for people.</param>
/// <param name="Pictures">The pictures in their order; no picture twice.</param>
public sealed record PictureSet(string Name, IReadOnlyList<Picture> Pictures);

/// <summary>One picture.</summary>
/// <param name="Sha256">SHA-256 of the picture's file, under which it lies in the blob store.</param>
/// <param name="FileName">The file's name where it came from.</param>
/// <param name="Width">Width in pixels, as stored.</param>
/// <param name="Height">Height in pixels, as stored.</param>
/// <param name="Captions">What people wrote about it, for evaluations to compare with; nothing that trains or rewards reads it, may be empty.</param>
/// <param name="Licence">Under which terms it may be used, when known.</param>
/// <param name="Url">Where it came from, when known.</param>
public sealed record Picture(
    string Sha256, string FileName, int Width, int Height, IReadOnlyList<string> Captions, string? Licence = null, string? Url = null);
