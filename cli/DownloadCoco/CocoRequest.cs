namespace Pipeline.Cli.DownloadCoco;

/// <summary>Which pictures are wanted.</summary>
/// <param name="Split">train2017 or val2017.</param>
/// <param name="Count">How many, at least 1.</param>
/// <param name="HeldOut">How many more for a second set, at least 0.</param>
/// <param name="Licences">Ids of the licences that are allowed, as the captions file numbers them.</param>
/// <param name="Seed">Decides which of the allowed ones are taken.</param>
/// <param name="IsOffline">Whether the network is not to be touched.</param>
sealed record CocoRequest(string Split, int Count, int HeldOut, IReadOnlyList<int> Licences, long Seed, bool IsOffline = false)
{
    /// <summary>How many are wanted in all.</summary>
    public int Total => Count + HeldOut;
}
