namespace Pipeline.ModelHub.Pull;

/// <summary>What is done with a file just now.</summary>
public enum PullPhase
{
    /// <summary>Bytes arrive.</summary>
    Fetching,

    /// <summary>Its hash is compared.</summary>
    Checking,

    /// <summary>It is in place.</summary>
    Done,
}

/// <summary>How far a file is.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Path">The file's path in it.</param>
/// <param name="Phase">What is done.</param>
/// <param name="Bytes">Bytes that are there.</param>
/// <param name="Size">Bytes of the whole file; null when not known.</param>
public sealed record PullProgress(string Pack, string Path, PullPhase Phase, long Bytes, long? Size);

/// <summary>Where a file came from.</summary>
public enum FileSource
{
    /// <summary>It was in place already, with the right hash.</summary>
    Kept,

    /// <summary>This repository.</summary>
    Repository,

    /// <summary>The shared cache.</summary>
    Cache,

    /// <summary>The hub.</summary>
    Hub,
}

/// <summary>A file that is in place.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Path">The file's path in it.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Locked">What is recorded of it.</param>
/// <param name="IsFirst">Whether its hash was recorded just now.</param>
public sealed record PulledFile(string Pack, string Path, FileSource Source, LockedFile Locked, bool IsFirst);
