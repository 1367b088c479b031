namespace Pipeline.Cli.DownloadCoco;

/// <summary>Where COCO's files lie on this machine; the layout is the one that <c>data import</c> finds pictures in.</summary>
/// <param name="Root">The folder.</param>
sealed record CocoFolder(string Root)
{
    /// <summary>All annotations of 2017. It is only kept when it had to be fetched whole, or was put here.</summary>
    public string Zip => Path.Combine(Root, "annotations_trainval2017.zip");

    /// <summary>Taken by the process that fetches into the folder.</summary>
    public string Lock => Incomplete("coco.lock");

    /// <summary>The captions file of a split.</summary>
    public string Captions(string split) => Path.Combine(Root, $"captions_{split}.json");

    /// <summary>The pictures of a split.</summary>
    public string Pictures(string split) => Path.Combine(Root, split);

    /// <summary>The list of pictures of a split that cannot be had.</summary>
    public string Broken(string split) => Path.Combine(Root, $"broken_{split}.txt");

    /// <summary>The captions file of what was selected for a set.</summary>
    public string Selection(string set) => Path.Combine(Root, "sets", $"{set}.json");

    /// <summary>A file while it grows: on the same disk, outside of what is complete.</summary>
    public string Incomplete(params string[] name) => Path.Combine([Root, ".incomplete", .. name]);
}
