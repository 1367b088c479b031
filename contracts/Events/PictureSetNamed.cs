namespace Pipeline.Contracts;

/// <summary>
/// A name stands for a picture set from now on, also where it stood for another: of a name's events the newest counts. A convenience for
/// people: runs hold the set's SHA-256, so a name that is given anew changes no run.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="SetId">SHA-256 of the set's manifest.</param>
public sealed record PictureSetNamed(string Name, string SetId);
